using SharedModels.Testing;

namespace SharedModels.Tests.Leasing;

/// <summary>New versions of models take over without downtime.</summary>
public sealed class ReloadTests
{
    [Fact]
    public async Task The_new_version_takes_over_and_the_old_one_is_freed_when_its_last_lease_ends()
    {
        await using var fixture = new ReloadFixture();
        var old = await fixture.Manager.FetchModelAsync<Versioned>();
        await fixture.ReloadAsync();
        Assert.Equal((2, ModelResidency.OnDevice, 2), (fixture.Snapshot.Version, fixture.Snapshot.Residency, fixture.Created.Count));
        Assert.Equal((1, false), (old.Model.Number, fixture.Created[0].IsDisposed));
        old.Dispose();
        using var lease = await fixture.Manager.FetchModelAsync<Versioned>().AsTask().WaitAsync(TestBound.Wait);
        Assert.Equal(2, lease.Model.Number);
        await Condition.UntilAsync(() => fixture.Created[0].IsDisposed);
        Assert.Equal(10, fixture.Manager.GetSnapshot().Devices[0].UsedBytes);
    }

    [Fact]
    public async Task Requests_that_wait_for_the_old_version_are_served_by_it()
    {
        await using var fixture = new ReloadFixture();
        var old = await fixture.Manager.FetchModelAsync<Versioned>();
        var waiting = Task.Run(async () => await fixture.Manager.FetchModelAsync<Versioned>());
        await Condition.UntilAsync(() => fixture.Snapshot.QueuedRequests == 1);
        await fixture.ReloadAsync();
        old.Dispose();
        using var served = await waiting.WaitAsync(TestBound.Wait);
        Assert.Equal(1, served.Model.Number);
    }

    [Fact]
    public async Task Leases_and_requests_of_the_old_version_are_counted_until_they_end()
    {
        await using var fixture = new ReloadFixture();
        await using var changes = fixture.Manager.WatchAsync().GetAsyncEnumerator();
        var old = await fixture.Manager.FetchModelAsync<Versioned>();
        var waiting = Task.Run(async () => await fixture.Manager.FetchModelAsync<Versioned>());
        await Condition.UntilAsync(() => fixture.Snapshot.QueuedRequests == 1);
        await fixture.ReloadAsync();
        Assert.Equal((1, 1), (fixture.Snapshot.ActiveLeases, fixture.Snapshot.QueuedRequests));
        var next = await ReadUntilAsync(SharedModelsChangeKind.Reloaded);
        Assert.Equal((2, 1, 1, ModelResidency.OnDevice), (next.Version, next.ActiveLeases, next.QueuedRequests, next.Residency));

        old.Dispose();
        (await waiting.WaitAsync(TestBound.Wait)).Dispose();
        await Condition.UntilAsync(() => fixture.Created[0].IsDisposed);
        var unload = await ReadUntilAsync(SharedModelsChangeKind.UnloadStarted);
        Assert.Equal((1, 0, 0, ModelResidency.OnDevice), (unload.Version, unload.ActiveLeases, unload.QueuedRequests, unload.Residency));
        Assert.Equal((0, 0), (fixture.Snapshot.ActiveLeases, fixture.Snapshot.QueuedRequests));

        async Task<SharedModelsChange> ReadUntilAsync(SharedModelsChangeKind kind)
        {
            do
            {
                Assert.True(await changes.MoveNextAsync().AsTask().WaitAsync(TestBound.Wait));
            }
            while (changes.Current.Kind != kind);
            return changes.Current;
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Requests_that_wait_for_the_device_when_the_old_version_is_not_loaded_are_not_lost(bool cancels)
    {
        await using var fixture = new ReloadFixture();
        using var cancellation = new CancellationTokenSource();
        var blocked = new TaskCompletionSource();
        fixture.OnLoad = blocked.Task;
        var waiting = Task.Run(async () => await fixture.Manager.FetchModelAsync<Versioned>(cancellation.Token));
        await Condition.UntilAsync(() => fixture.Created.Count == 1);

        // The load of the old version hangs, and is given up after the new version has taken over.
        fixture.OnLoad = Task.CompletedTask;
        await fixture.ReloadAsync();
        Assert.Equal((2, false), (fixture.Snapshot.Version, waiting.IsCompleted));
        if (cancels)
        {
            await cancellation.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        }

        blocked.SetResult();
        if (!cancels)
            (await waiting.WaitAsync(TestBound.Wait)).Dispose();
        await Condition.UntilAsync(() => fixture.Created[0].IsDisposed);
        Assert.Equal((0, 10), (fixture.Manager.GetSnapshot().Devices[0].QueueLength, fixture.Manager.GetSnapshot().Devices[0].UsedBytes));
    }

    [Fact]
    public async Task A_lease_that_was_created_before_the_reload_is_acquired_on_the_new_version()
    {
        await using var fixture = new ReloadFixture();
        await using var scope = fixture.Manager.CreateScope();
        var lease = scope.CreateLease<Versioned>();
        await lease.AcquireAsync();
        lease.Dispose();
        await fixture.ReloadAsync();
        await lease.AcquireAsync();
        Assert.Equal(2, lease.Model.Number);
        Assert.Equal("2", await lease.RunAsync<int, string>(0));
    }

    [Fact]
    public async Task If_the_new_version_fails_to_load_the_old_one_continues_and_the_failure_is_reported()
    {
        await using var fixture = new ReloadFixture();
        (await fixture.Manager.FetchModelAsync<Versioned>()).Dispose();
        fixture.LoadFailure = new InvalidDataException("damaged");
        var failure = await Assert.ThrowsAsync<ModelLoadException>(fixture.ReloadAsync);
        Assert.IsType<InvalidDataException>(failure.InnerException);
        using var lease = await fixture.Manager.FetchModelAsync<Versioned>();
        Assert.Equal((1, 1), (lease.Model.Number, fixture.Snapshot.Version));
        await Condition.UntilAsync(() => fixture.Created[1].IsDisposed);

        fixture.LoadFailure = null;
        lease.Dispose();
        await fixture.ReloadAsync();
        Assert.Equal(3, fixture.Snapshot.Version);
    }

    [Fact]
    public async Task If_both_do_not_fit_the_old_version_leaves_first()
    {
        await using var fixture = new ReloadFixture(bytes: 60);
        var old = await fixture.Manager.FetchModelAsync<Versioned>();
        var reload = fixture.ReloadAsync();
        await Condition.UntilAsync(() => fixture.Snapshot.Version == 2);
        var waiting = Task.Run(async () => await fixture.Manager.FetchModelAsync<Versioned>());
        Assert.False(reload.IsCompleted);
        old.Dispose();
        await reload.WaitAsync(TestBound.Wait);
        using var lease = await waiting.WaitAsync(TestBound.Wait);
        Assert.Equal(2, lease.Model.Number);
        await Condition.UntilAsync(() => fixture.Created[0].IsDisposed);
    }

    [Fact]
    public async Task A_second_call_joins_the_reload_that_is_running()
    {
        await using var fixture = new ReloadFixture();
        (await fixture.Manager.FetchModelAsync<Versioned>()).Dispose();
        var gate = new TaskCompletionSource();
        fixture.OnLoad = gate.Task;
        var both = new[] { fixture.ReloadAsync(), fixture.ReloadAsync() };
        gate.SetResult();
        await Task.WhenAll(both).WaitAsync(TestBound.Wait);
        Assert.Equal((2, 2), (fixture.Created.Count, fixture.Snapshot.Version));
    }

    [Fact]
    public async Task A_model_that_was_removed_meanwhile_does_not_come_back()
    {
        await using var fixture = new ReloadFixture();
        var (reload, gate) = await fixture.RemoveDuringReloadAsync();
        gate.SetResult();
        var failure = await Assert.ThrowsAsync<UnknownModelException>(() => reload);
        Assert.Equal("Model 'versioned' was removed while it was being reloaded.", failure.Message);
        await Assert.ThrowsAsync<UnknownModelException>(async () => await fixture.Manager.FetchModelAsync<Versioned>());
        await Condition.UntilAsync(() => fixture.Created[0].IsDisposed);
    }

    [Fact]
    public async Task A_model_that_takes_the_id_of_a_removed_one_has_a_reload_of_its_own()
    {
        await using var fixture = new ReloadFixture();
        var (reload, gate) = await fixture.RemoveDuringReloadAsync();
        fixture.OnLoad = Task.CompletedTask;
        fixture.Add();
        await fixture.ReloadAsync();
        Assert.Equal(2, fixture.Snapshot.Version);
        gate.SetResult();
        await Assert.ThrowsAsync<UnknownModelException>(() => reload);
    }

    [Fact]
    public async Task An_object_cannot_be_reloaded_and_the_remedy_is_named()
    {
        await using var fixture = new ManagerFixture();
        fixture.Add("a");
        var failure = await Assert.ThrowsAsync<NotSupportedException>(async () => await fixture.Manager.ReloadAsync("a"));
        Assert.Contains("Register it with a factory", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_is_warmed_up_on_its_device_before_the_first_lease()
    {
        await using var fixture = new ReloadFixture();
        using (var lease = await fixture.Manager.FetchModelAsync<Versioned>())
            Assert.Equal([FakeAccelerator.Device], lease.Model.WarmedUpOn);
        await fixture.Manager.EvictAsync("versioned");
        using (var lease = await fixture.Manager.FetchModelAsync<Versioned>())
            Assert.Equal(2, lease.Model.WarmedUpOn.Count);
    }

    [Fact]
    public async Task A_warm_up_that_fails_is_a_failed_move()
    {
        await using var fixture = new ReloadFixture { WarmUpFailure = new InvalidOperationException("no kernel") };
        var failure = await Assert.ThrowsAsync<ModelLoadException>(async () => await fixture.Manager.FetchModelAsync<Versioned>());
        Assert.Equal("no kernel", failure.InnerException?.Message);
        fixture.WarmUpFailure = new DeviceOutOfMemoryException("full");
        fixture.Time.Advance(TimeSpan.FromMinutes(1));
        await Assert.ThrowsAsync<DeviceOutOfMemoryException>(async () => await fixture.Manager.FetchModelAsync<Versioned>());
        Assert.Equal(Device.Cpu, fixture.Created[^1].Device);
        fixture.WarmUpFailure = null;
        fixture.Time.Advance(TimeSpan.FromMinutes(1));
        (await fixture.Manager.FetchModelAsync<Versioned>()).Dispose();
    }

    [Fact]
    public async Task An_object_whose_warm_up_fails_is_on_the_host_again()
    {
        await using var fixture = new ManagerFixture();
        await using var other = new ReloadFixture { WarmUpFailure = new InvalidOperationException("no kernel") };
        var model = new Versioned(other, number: 1, bytes: 10);
        fixture.Manager.Add(model, "object");
        await Assert.ThrowsAsync<ModelLoadException>(async () => await fixture.Manager.FetchModelAsync<Versioned>());
        Assert.Equal((Device.Cpu, 0L), (model.Device, fixture.Accelerator.UsedBytes));
    }

    private sealed class ReloadFixture : IAsyncDisposable
    {
        private readonly ManagerFixture _fixture = new();

        public ReloadFixture(long bytes = 10) => Add(bytes);

        public SharedModelManager Manager => _fixture.Manager;

        public Microsoft.Extensions.Time.Testing.FakeTimeProvider Time => _fixture.Time;

        public ModelSnapshot Snapshot => _fixture["versioned"];

        public List<Versioned> Created { get; } = [];

        public Exception? LoadFailure { get; set; }

        public Exception? WarmUpFailure { get; set; }

        public Task OnLoad { get; set; } = Task.CompletedTask;

        public Task ReloadAsync() => Manager.ReloadAsync("versioned").AsTask().WaitAsync(TestBound.Wait);

        public void Add(long bytes = 10) => Manager.Add("versioned", _ =>
        {
            var model = new Versioned(this, Created.Count + 1, bytes);
            Created.Add(model);
            return model;
        });

        /// <summary>Removes the model while its new version is being loaded, until the test lets the load end.</summary>
        public async Task<(Task Reload, TaskCompletionSource Load)> RemoveDuringReloadAsync()
        {
            var load = new TaskCompletionSource();
            OnLoad = load.Task;
            var reload = ReloadAsync();
            await Condition.UntilAsync(() => Created.Count == 1);
            await Manager.RemoveAsync("versioned");
            return (reload, load);
        }

        public ValueTask DisposeAsync() => _fixture.DisposeAsync();
    }

    private sealed class Versioned(ReloadFixture fixture, int number, long bytes)
        : ISharedModel, IWarmUp, IBatchModel<int, string>, IDisposable
    {
        private volatile bool _isDisposed;

        public int Number => number;

        public bool IsDisposed => _isDisposed;

        public Device Device { get; private set; } = Device.Cpu;

        public List<Device> WarmedUpOn { get; } = [];

        public ModelFootprint Footprint => new(bytes, bytes);

        public async ValueTask LoadAsync(CancellationToken cancellationToken)
        {
            await fixture.OnLoad;
            if (fixture.LoadFailure is { } failure)
                throw failure;
        }

        public ValueTask ToAsync(Device device, CancellationToken cancellationToken)
        {
            Device = device;
            return ValueTask.CompletedTask;
        }

        public ValueTask WarmUpAsync(Device device, CancellationToken cancellationToken)
        {
            WarmedUpOn.Add(device);
            return fixture.WarmUpFailure is { } failure ? throw failure : ValueTask.CompletedTask;
        }

        public IReadOnlyList<string> InvokeBatch(IReadOnlyList<int> inputs, CancellationToken cancellationToken) =>
            [.. inputs.Select(_ => $"{number}")];

        public void Dispose() => _isDisposed = true;
    }
}
