using SharedModels.Configuration;
using SharedModels.Testing;

namespace SharedModels.Tests.Leasing.Batches;

/// <summary>A manager with one accelerator and one model that runs batches.</summary>
internal sealed class BatchFixture : IAsyncDisposable
{
    private readonly ManagerFixture _fixture;

    public BatchFixture(Action<ModelOptions>? configure = null, long memoryBytes = 100, long workingBytes = 0)
    {
        _fixture = new(
            options =>
            {
                var model = new ModelOptions();
                configure?.Invoke(model);
                options.Models["batched"] = model;
            },
            memoryBytes);
        Model = new(workingBytes);
        Manager.Add(Model, "batched");
    }

    public BatchedModel Model { get; }

    public SharedModelManager Manager => _fixture.Manager;

    public Microsoft.Extensions.Time.Testing.FakeTimeProvider Time => _fixture.Time;

    public ModelSnapshot Snapshot => _fixture["batched"];

    public Task<string> RunAsync(string input, AcquireOptions? options = null, CancellationToken cancellationToken = default) =>
        Manager.RunAsync<string, string>("batched", input, options, cancellationToken).AsTask();

    /// <summary>Occupies the model, so that inputs wait until the returned lease is disposed.</summary>
    public async Task<IModelLease> OccupyAsync() => await Manager.FetchModelAsync("batched");

    /// <summary>Occupies the device with another model.</summary>
    public async Task<IModelLease> OccupyDeviceAsync()
    {
        _fixture.Add("other");
        return await _fixture.FetchElsewhereAsync("other");
    }

    /// <summary>Returns the sizes of the batches that ran.</summary>
    public int[] Sizes => [.. Model.Batches.Select(static batch => batch.Count)];

    public static Task<string[]> AllOf(IEnumerable<Task<string>> runs) => Task.WhenAll(runs).WaitAsync(TestBound.Wait);

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();
}
