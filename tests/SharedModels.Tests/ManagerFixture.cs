using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using SharedModels.Configuration;
using SharedModels.Testing;

namespace SharedModels.Tests;

/// <summary>A manager with a fake accelerator, a clock that tests move, and a log that they read.</summary>
internal sealed class ManagerFixture : IAsyncDisposable
{
    private readonly FakeLogCollector _log = new();

    public ManagerFixture(Action<SharedModelsOptions>? configure = null, long memoryBytes = 100)
    {
        var options = new SharedModelsOptions();
        configure?.Invoke(options);
        Manager = new(options, [new FakeAccelerator(memoryBytes)], new LoggerFactory([new FakeLoggerProvider(_log)]), Time);
    }

    public SharedModelManager Manager { get; }

    public FakeTimeProvider Time { get; } = new();

    /// <summary>The log, once it has the lines of everything that has happened.</summary>
    public FakeLogCollector Log
    {
        get
        {
            SpinWait.SpinUntil(() => Manager.IsQuiet, TestBound.Wait);
            return _log;
        }
    }

    public ModelSnapshot this[string id] => Manager.GetSnapshot().Models.Single(model => model.Id == id);

    public DeviceSnapshot Accelerator => Manager.GetSnapshot().Devices[0];

    /// <summary>Adds a fake model, and hands out what controls it.</summary>
    public FakeModelScript Add(string id, long bytes = 10)
    {
        var script = new FakeModelScript();
        Manager.Add(new FakeModel(bytes, script), id);
        return script;
    }

    public ValueTask<IModelLease<FakeModel>> FetchAsync(string id, CancellationToken cancellationToken = default) =>
        Manager.FetchModelAsync<FakeModel>(id, cancellationToken);

    /// <summary>Fetches a model as a caller that holds nothing else, and waits for nothing of the test's.</summary>
    public async ValueTask<IModelLease<FakeModel>> FetchElsewhereAsync(string id, CancellationToken cancellationToken = default) =>
        await Manager.FetchModelAsync<FakeModel>(id, cancellationToken);

    public ValueTask DisposeAsync() => Manager.DisposeAsync();
}
