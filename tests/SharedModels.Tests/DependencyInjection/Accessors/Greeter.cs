using SharedModels.Testing;

namespace SharedModels.Tests.DependencyInjection.Accessors;

/// <summary>The model that the classes of this folder use.</summary>
[SharedModel("greeter", Device = DevicePreference.Cpu, MaxLeases = 2, KeepAlive = "00:01:00"), SharedModel("greeter-formal")]
internal sealed class Greeter : FakeModel
{
    public string Greet(string name) => $"Hello, {name}!";
}
