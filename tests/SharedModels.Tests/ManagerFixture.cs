using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using SharedModels.Configuration;
using SharedModels.Testing;

namespace SharedModels.Tests;

/// <summary>A manager with a fake accelerator, a fake clock, and a log that tests read.</summary>
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

    /// <summary>The log, after all events so far have been written.</summary>
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

    /// <summary>Adds a fake model, and returns the script that controls it.</summary>
    public FakeModelScript Add(string id, long bytes = 10)
    {
        var script = new FakeModelScript();
        Manager.Add(new FakeModel(bytes, script), id);
        return script;
    }

    public ValueTask<IModelLease<FakeModel>> FetchAsync(string id, CancellationToken cancellationToken = default) =>
        Manager.FetchModelAsync<FakeModel>(id, cancellationToken);

    /// <summary>Fetches a model as a caller that holds nothing else, independently of the leases of the test.</summary>
    public async ValueTask<IModelLease<FakeModel>> FetchElsewhereAsync(string id, CancellationToken cancellationToken = default) =>
        await Manager.FetchModelAsync<FakeModel>(id, cancellationToken);

    public ValueTask DisposeAsync() => Manager.DisposeAsync();
}
