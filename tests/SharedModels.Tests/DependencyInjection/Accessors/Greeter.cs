using SharedModels.Testing;

namespace SharedModels.Tests.DependencyInjection.Accessors;

/// <summary>The model that the classes of this folder use.</summary>
[SharedModel("greeter", Device = DevicePreference.Cpu, MaxLeases = 2, MaxBatchSize = 8, KeepAlive = "00:01:00")]
[SharedModel("greeter-formal")]
internal sealed class Greeter : FakeModel, IBatchModel<string, string>
{
    public string Greet(string name) => $"Hello, {name}!";

    public IReadOnlyList<string> InvokeBatch(IReadOnlyList<string> inputs, CancellationToken cancellationToken) =>
        [.. inputs.Select(Greet)];
}
