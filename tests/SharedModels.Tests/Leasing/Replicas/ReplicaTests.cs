using SharedModels.Testing;

namespace SharedModels.Tests.Leasing.Replicas;

/// <summary>Models that are on several devices.</summary>
public sealed class ReplicaTests
{
    [Fact]
    public async Task Two_callers_use_a_model_at_the_same_time_on_two_devices()
    {
        await using var fixture = Create();
        var (first, second) = await FetchTwoAsync(fixture);
        Assert.Equal((fixture.Accelerator[0].Device, fixture.Accelerator[1].Device), (first.Device, second.Device));
        Assert.NotSame(first.Model, second.Model);
        Assert.Equal((first.Device, second.Device), (first.Model.Device, second.Model.Device));

        // Code runs on the replica that was granted.
        Assert.Same(second.Model, await second.InvokeAsync(static model => model));
        Assert.Same(second.Model, await second.InvokeAsync(static (model, _) => Task.FromResult(model)));
        await foreach (var model in second.StreamAsync(static (model, _) => (IEnumerable<FakeModel>)[model]))
            Assert.Same(second.Model, model);
        var snapshot = fixture["m"];
        Assert.Equal((2, 2L, ModelResidency.OnDevice), (snapshot.ActiveLeases, snapshot.Loads, snapshot.Residency));
        Assert.Equal([first.Device, second.Device], snapshot.Replicas.Select(static replica => replica.Device!.Value));
        Assert.All(snapshot.Replicas, static replica =>
            Assert.Equal((ModelResidency.OnDevice, 1, null), (replica.Residency, replica.ActiveLeases, replica.Error)));
        first.Dispose();
        second.Dispose();
        Assert.Equal(
            ["1 device=fake:0", "1 device=fake:1", "0 device=cpu"], fixture.Metrics.Observe("sharedmodels.models.resident"));
    }

    [Fact]
    public async Task A_model_without_replicas_has_one_entry_while_it_is_in_memory()
    {
        await using var fixture = new ApplicationFixture(100, 2);
        fixture.Add("m");
        Assert.Empty(fixture["m"].Replicas);
        await fixture.UseAsync("m");
        Assert.Equal(fixture.Accelerator[0].Device, Assert.Single(fixture["m"].Replicas).Device);
    }

    [Fact]
    public async Task Inputs_run_in_batches_on_each_replica()
    {
        await using var fixture = new ApplicationFixture(100, 2, ("Models:batched:MaxReplicas", "All"));
        var created = 0;
        fixture.Add("batched", _ =>
        {
            Interlocked.Increment(ref created);
            return new BatchedFake(10, new FakeModelScript(), fixture.Accelerator);
        });
        var used = await fixture.Manager.FetchModelAsync("batched");
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        var runs = Enumerable.Range(0, 8).Select(input => fixture.Manager.RunAsync<int, int>("batched", input).AsTask()).ToList();

        // The lease is not released, so only a replica can have run them.
        Assert.Equal(Enumerable.Range(0, 8).Select(static input => 2 * input), await Task.WhenAll(runs).WaitAsync(TestBound.Wait));
        Assert.Equal(2, created);
        used.Dispose();
    }

    [Fact]
    public async Task A_group_gets_the_replica_that_serves()
    {
        await using var fixture = Create();
        fixture.Add("other");
        var (first, second) = await FetchTwoAsync(fixture);
        second.Dispose();
        fixture.Accelerator.Lose(first.Device);
        first.Dispose();
        await using var scope = fixture.Manager.CreateScope();
        IModelLease<FakeModel>[] leases = [scope.CreateLease<FakeModel>("m"), scope.CreateLease<FakeModel>("other")];
        await fixture.Manager.AcquireAllAsync(leases);
        Assert.Equal(fixture.Accelerator[1].Device, leases[0].Model.Device);
        Assert.Equal(2, fixture["m"].Loads);
    }

    [Fact]
    public async Task A_group_of_one_lease_gets_the_replica_that_is_free()
    {
        await using var fixture = Create();
        var (first, second) = await FetchTwoAsync(fixture);
        second.Dispose();
        await using var scope = fixture.Manager.CreateScope();
        var lease = scope.CreateLease<FakeModel>("m");
        await scope.AcquireAllAsync();
        Assert.Equal(fixture.Accelerator[1].Device, lease.Device);
        first.Dispose();
    }

    [Fact]
    public async Task When_a_device_is_lost_the_other_replica_goes_on()
    {
        await using var fixture = Create();
        var (first, second) = await FetchTwoAsync(fixture);
        fixture.Accelerator.Lose(first.Device);
        Assert.Equal((LeaseState.Lost, LeaseState.Held), (first.State, second.State));
        Assert.Equal(1, second.Model.Use());
        var waiting = fixture.FetchAsync("m");
        second.Dispose();
        using var next = await waiting.WaitAsync(TestBound.Wait);
        Assert.Equal((fixture.Accelerator[1].Device, 2L), (next.Device, fixture["m"].Loads));
        first.Dispose();
    }

    [Fact]
    public async Task An_eviction_frees_all_replicas_or_none()
    {
        await using var fixture = Create(out var script);
        var (first, second) = await FetchTwoAsync(fixture);
        first.Dispose();
        await Assert.ThrowsAsync<ModelInUseException>(async () => await fixture.Manager.EvictAsync("m"));
        Assert.Equal(2, fixture["m"].Replicas.Count(static replica => replica.Residency == ModelResidency.OnDevice));
        var drained = fixture.Manager.EvictAsync("m", new EvictOptions { Drain = true, FreeHostMemory = true }).AsTask();
        Assert.False(drained.IsCompleted);
        second.Dispose();
        await drained.WaitAsync(TestBound.Wait);
        Assert.Empty(fixture["m"].Replicas);
        Assert.Equal((2, 0L), (script.Disposals, fixture.DeviceState(1).UsedBytes));
    }

    [Fact]
    public async Task A_removal_disposes_all_replicas()
    {
        await using var fixture = Create(out var script);
        var (first, second) = await FetchTwoAsync(fixture);
        var removed = fixture.Manager.RemoveAsync("m").AsTask();
        first.Dispose();
        Assert.False(removed.IsCompleted);
        second.Dispose();
        await removed.WaitAsync(TestBound.Wait);
        Assert.Equal((2, 0L, 0L), (script.Disposals, fixture.DeviceState(0).UsedBytes, fixture.DeviceState(1).UsedBytes));
    }

    [Fact]
    public async Task A_reload_replaces_all_replicas()
    {
        await using var fixture = Create(out var script);
        var (first, second) = await FetchTwoAsync(fixture);
        first.Dispose();
        second.Dispose();
        await fixture.Manager.ReloadAsync("m");
        await Condition.UntilAsync(() => script.Disposals == 2);
        Assert.Equal((2, 1L), (fixture["m"].Version, fixture["m"].Loads));
        (first, second) = await FetchTwoAsync(fixture);
        Assert.NotEqual(first.Device, second.Device);
        first.Dispose();
        second.Dispose();
    }

    [Fact]
    public async Task There_are_no_more_replicas_than_devices_that_can_run_the_model()
    {
        await using var fixture = new ApplicationFixture(100, 1, ("Models:m:MaxReplicas", "4"));
        fixture.Add("m");
        using var lease = await fixture.FetchAsync("m");
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        var waiting = fixture.FetchAsync("m");
        Assert.Equal((false, 1L), (waiting.IsCompleted, fixture["m"].Loads));
        lease.Dispose();
        (await waiting).Dispose();
    }

    [Fact]
    public void A_model_that_is_added_as_an_object_cannot_have_replicas()
    {
        using var manager = new SharedModelManager(new() { Models = { ["m"] = new() { MaxReplicas = 2 } } });
        var error = Assert.Throws<ArgumentException>(() => manager.Add(new FakeModel(10), "m"));
        Assert.StartsWith(
            "Model 'm' cannot have replicas: it was added as an object, and each replica needs its own. Add it with a factory",
            error.Message,
            StringComparison.Ordinal);
        manager.Add("m", static _ => new FakeModel(10));
    }

    [Theory]
    [InlineData("0", "The value must be 1 or more, or -1 (All) for each device.")]
    [InlineData("many", "The value must be a whole number up to 2147483647, or All.")]
    public async Task A_wrong_number_stops_the_application(string value, string allowed)
    {
        await using var fixture = new ApplicationFixture(("Models:m:MaxReplicas", value));
        var error = Assert.ThrowsAny<Exception>(() => fixture.Manager);
        Assert.Contains(allowed, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_can_create_its_replicas_from_what_it_has_in_host_memory()
    {
        await using var fixture = new ApplicationFixture(100, 2, ("Models:m:MaxReplicas", "2"));
        var created = 0;
        fixture.Add("m", _ =>
        {
            created++;
            return new ReplicatedFake(fixture.Accelerator);
        });
        var first = await fixture.Manager.FetchModelAsync<ReplicatedFake>();
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        var second = await fixture.Manager.FetchModelAsync<ReplicatedFake>().AsTask().WaitAsync(TestBound.Wait);
        Assert.Equal((1, 1), (created, first.Model.Reads));
        Assert.Equal((1, 0), (second.Model.Script.Loads, second.Model.Reads));
        Assert.Same(first.Model.Weights, second.Model.Weights);
        first.Dispose();
        second.Dispose();
    }

    [Fact]
    public async Task A_model_is_not_disposed_while_it_creates_a_replica()
    {
        await using var fixture = new ApplicationFixture(100, 2, ("Models:m:MaxReplicas", "2"));
        var creation = new ManualResetEventSlim();
        fixture.Add("m", _ => new ReplicatedFake(fixture.Accelerator) { OnCreate = () => creation.Wait(TestBound.Wait) });
        var first = await fixture.Manager.FetchModelAsync<ReplicatedFake>();
        var model = first.Model;
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        using var cancellation = new CancellationTokenSource();
        var second = fixture.Manager.FetchModelAsync<ReplicatedFake>(cancellation.Token).AsTask();
        await Condition.UntilAsync(() => model.IsCreating);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        var removed = fixture.Manager.RemoveAsync("m").AsTask();
        first.Dispose();
        await Condition.UntilAsync(() => fixture.Accelerator[0].UsedBytes == 0);
        Assert.False(model.IsDisposed);
        creation.Set();
        await removed.WaitAsync(TestBound.Wait);
        Assert.True(model.IsDisposed);
    }

    [Fact]
    public async Task A_replica_that_is_wrong_is_reported_and_the_model_goes_on()
    {
        await using var fixture = new ApplicationFixture(100, 2, ("Models:m:MaxReplicas", "2"));
        fixture.Add("m", _ => new ReplicatedFake(fixture.Accelerator) { ReturnsItself = true });
        var first = await fixture.Manager.FetchModelAsync<ReplicatedFake>();
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        var second = fixture.Manager.FetchModelAsync<ReplicatedFake>().AsTask();
        await Condition.UntilAsync(() => fixture["m"].Replicas.Any(static replica => replica.Residency == ModelResidency.Faulted));
        Assert.Contains(
            "must return another object of the same class", fixture["m"].Replicas[1].Error, StringComparison.Ordinal);
        first.Dispose();
        (await second.WaitAsync(TestBound.Wait)).Dispose();
    }

    private static ApplicationFixture Create() => Create(out _);

    private static ApplicationFixture Create(out FakeModelScript script)
    {
        var fixture = new ApplicationFixture(100, 2);
        script = fixture.Add("m", configure: static options => options.MaxReplicas = SharedModelAttribute.All);
        return fixture;
    }

    /// <summary>Fetches a model twice. The second request waits so long for the first that a replica is worth its load.</summary>
    private static async Task<(IModelLease<FakeModel> First, IModelLease<FakeModel> Second)> FetchTwoAsync(ApplicationFixture fixture)
    {
        var first = await fixture.FetchAsync("m");
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        return (first, await fixture.FetchAsync("m").WaitAsync(TestBound.Wait));
    }

    /// <summary>A model that reads its weights once for all its replicas.</summary>
    private sealed class ReplicatedFake(FakeAccelerator accelerator) : FakeModel(10, new FakeModelScript(), accelerator), IReplicatedModel,
        ISharedModel
    {
        private readonly FakeAccelerator _accelerator = accelerator;
        private volatile bool _isCreating;

        public byte[]? Weights { get; private set; }

        public int Reads { get; private set; }

        public Action OnCreate { get; init; } = static () => { };

        public bool ReturnsItself { get; init; }

        public bool IsCreating => _isCreating;

        async ValueTask ISharedModel.LoadAsync(CancellationToken cancellationToken)
        {
            await LoadAsync(cancellationToken);
            if (Weights is not null)
                return;
            Reads++;
            Weights = [1, 2, 3];
        }

        public ISharedModel CreateReplica(IServiceProvider services)
        {
            _isCreating = true;
            OnCreate();
            return ReturnsItself ? this : new ReplicatedFake(_accelerator) { Weights = Weights };
        }
    }
}
