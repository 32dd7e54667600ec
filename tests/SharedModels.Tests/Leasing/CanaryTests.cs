using SharedModels.Configuration;
using SharedModels.Testing;

namespace SharedModels.Tests.Leasing;

/// <summary>A new version is tried on a share of the requests before it takes over.</summary>
public sealed class CanaryTests
{
    private static readonly TimeSpan Trial = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task A_good_version_serves_its_share_and_then_takes_over()
    {
        await using var fixture = new CanaryFixture();
        var reload = await fixture.BeginAsync();
        Assert.Equal((1, 2), (fixture.Snapshot.Version, fixture.Snapshot.Canary?.Version));
        var served = (await fixture.ServeAsync(400)).Count(static version => version == 2);
        Assert.InRange(served, 8, 34);
        Assert.Equal((served, 0, 0.05), (fixture.Snapshot.Canary!.Uses, fixture.Snapshot.Canary.Failures, fixture.Snapshot.Canary.Share));
        await fixture.Time.AdvanceUntilAsync(reload, Trial);
        await reload;
        Assert.Equal((2, null), (fixture.Snapshot.Version, fixture.Snapshot.Canary));
        Assert.All(await fixture.ServeAsync(50), static version => Assert.Equal(2, version));
        await Condition.UntilAsync(() => fixture.Created[0].IsDisposed);
    }

    /// <summary>The aim: at most one request in a hundred, for at most 30 s.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_version_that_always_fails_is_rolled_back_by_itself(bool inBatches)
    {
        await using var fixture = new CanaryFixture { FailingVersion = 2 };
        await using var changes = fixture.Manager.WatchAsync().GetAsyncEnumerator();
        var reload = await fixture.BeginAsync();
        var served = await fixture.ServeAsync(1_000, inBatches);
        var failure = await Assert.ThrowsAsync<ModelRolledBackException>(() => reload.WaitAsync(TestBound.Wait));
        Assert.Equal("versioned", failure.ModelId);
        Assert.Matches("([3-9]) of its \\1 uses failed, compared with 0 of", failure.Message);
        Assert.InRange(served.Count(static version => version == 2), 3, 10);

        // Each request takes 0.1 s.
        Assert.InRange(served.LastIndexOf(2), 0, 300);
        await Condition.UntilAsync(() => fixture.Created[1].IsDisposed);
        Assert.Equal((1, null), (fixture.Snapshot.Version, fixture.Snapshot.Canary));
        do
        {
            Assert.True(await changes.MoveNextAsync().AsTask().WaitAsync(TestBound.Wait));
        }
        while (changes.Current.Kind != SharedModelsChangeKind.RolledBack);
        Assert.Equal((2, ModelResidency.OnDevice), (changes.Current.Version, changes.Current.Residency));
        Assert.Contains(changes.Current.Detail!, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_that_hangs_is_rolled_back_when_the_time_has_passed()
    {
        await using var fixture = new CanaryFixture(share: 0.5);
        var reload = await fixture.BeginAsync();
        var held = await fixture.HoldAsync(version: 2);
        await fixture.Time.AdvanceUntilAsync(reload, Trial);
        var failure = await Assert.ThrowsAsync<ModelRolledBackException>(() => reload);
        Assert.Contains("of its first", failure.Message, StringComparison.Ordinal);
        held.Dispose();
        Assert.All(await fixture.ServeAsync(10), static version => Assert.Equal(1, version));
    }

    [Fact]
    public async Task All_requests_of_a_scope_go_to_the_same_version()
    {
        await using var fixture = new CanaryFixture(share: 0.5);
        var reload = await fixture.BeginAsync();
        var versions = new HashSet<int>();
        for (var i = 0; i < 40; i++)
        {
            await using var scope = fixture.Manager.CreateScope();
            var lease = scope.CreateLease<Versioned>();
            var version = await lease.RunAsync<int, int>(0);
            versions.Add(version);
            for (var again = 0; again < 3; again++)
            {
                await lease.AcquireAsync();
                Assert.Equal(version, lease.Model.Number);
                lease.Dispose();
            }
        }

        Assert.Equal([1, 2], versions.Order());
        Assert.False(reload.IsCompleted);
    }

    [Fact]
    public async Task Settings_that_change_apply_to_the_version_on_trial()
    {
        await using var fixture = new CanaryFixture();
        var reload = await fixture.BeginAsync();
        var changed = new SharedModelsOptions();
        changed.Models["versioned"] = new() { CanaryFor = Trial, MaxLeases = 2 };
        changed.Devices["fake:0"] = new() { MaxConcurrentHolders = 2 };
        fixture.Manager.Configure(changed);
        await fixture.Time.AdvanceUntilAsync(reload, Trial);
        await reload;
        using var first = await fixture.Manager.FetchModelAsync<Versioned>();
        using var second = await fixture.Manager.FetchModelAsync<Versioned>().AsTask().WaitAsync(TestBound.Wait);
        Assert.Equal((2, 2), (first.Model.Number, second.Model.Number));
    }

    [Fact]
    public async Task Options_that_change_during_the_trial_start_another_one()
    {
        await using var fixture = new CanaryFixture(reloadOnChange: true);
        var reload = await fixture.BeginAsync();
        var changed = fixture.CreateOptions();
        changed.Models["versioned"].OwnSettings = "changed";
        fixture.Manager.Configure(changed);
        var failure = await Assert.ThrowsAsync<ModelRolledBackException>(() => reload.WaitAsync(TestBound.Wait));
        Assert.Contains("the model's options have changed", failure.Message, StringComparison.Ordinal);
        await Condition.UntilAsync(() => fixture.Snapshot.Canary?.Version == 3);
    }

    [Fact]
    public async Task The_loss_of_the_device_is_not_a_failure_of_the_version()
    {
        await using var fixture = new CanaryFixture(share: 0.5);
        var reload = await fixture.BeginAsync();
        for (var i = 0; i < 5; i++)
        {
            using (var lease = await fixture.HoldAsync(version: 2))
                await Assert.ThrowsAsync<DeviceLostException>(
                    async () => await lease.InvokeAsync(static _ => throw new DeviceLostException("Lost.")));
            await fixture.RecoverAsync();
        }

        Assert.False(reload.IsCompleted, reload.Exception?.ToString());
        Assert.Equal(0, fixture.Snapshot.Canary!.Failures);
    }

    [Fact]
    public async Task A_version_that_is_slow_is_rolled_back()
    {
        await using var fixture = new CanaryFixture { SlowVersion = 2 };
        var reload = await fixture.BeginAsync();
        await fixture.ServeAsync(1_000, until: () => reload.IsCompleted);
        var failure = await Assert.ThrowsAsync<ModelRolledBackException>(() => reload.WaitAsync(TestBound.Wait));
        Assert.Contains("times as long as", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_that_cannot_come_back_to_the_device_is_rolled_back()
    {
        await using var fixture = new CanaryFixture(keepAlive: TimeSpan.FromSeconds(1));
        var reload = await fixture.BeginAsync();
        fixture.MoveFailure = new InvalidOperationException("no kernel");
        await fixture.ServeAsync(2_000, until: () => reload.IsCompleted);
        await Assert.ThrowsAsync<ModelRolledBackException>(() => reload.WaitAsync(TestBound.Wait));
    }

    [Fact]
    public async Task A_lease_of_a_scope_returns_to_the_old_version_after_a_rollback()
    {
        await using var fixture = new CanaryFixture(share: 0.5) { FailingVersion = 2 };
        var reload = await fixture.BeginAsync();
        using var lease = await fixture.HoldAsync(version: 2);
        lease.Dispose();
        await fixture.ServeAsync(100, until: () => reload.IsCompleted);
        await Assert.ThrowsAsync<ModelRolledBackException>(() => reload.WaitAsync(TestBound.Wait));
        await lease.AcquireAsync();
        Assert.Equal(1, lease.Model.Number);
    }

    [Fact]
    public async Task Exceptions_of_cancellation_do_not_count()
    {
        await using var fixture = new CanaryFixture(share: 0.5);
        var reload = await fixture.BeginAsync();
        for (var i = 0; i < 20; i++)
        {
            using var source = new CancellationTokenSource();
            using var lease = await fixture.HoldAsync(version: 2);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await lease.InvokeAsync(_ =>
            {
                source.Cancel();
                source.Token.ThrowIfCancellationRequested();
            }));
        }

        Assert.Equal((20, 0), (fixture.Snapshot.Canary!.Uses, fixture.Snapshot.Canary.Failures));
        Assert.False(reload.IsCompleted);
    }

    [Fact]
    public async Task A_trial_without_room_for_two_versions_is_rejected_and_the_old_version_stays()
    {
        await using var fixture = new CanaryFixture(bytes: 60);
        (await fixture.Manager.FetchModelAsync<Versioned>()).Dispose();
        var failure = await Assert.ThrowsAsync<ModelLeaseException>(fixture.ReloadAsync);
        Assert.Contains("SharedModels:Models:versioned:CanaryFor", failure.Message, StringComparison.Ordinal);
        using var lease = await fixture.Manager.FetchModelAsync<Versioned>();
        Assert.Equal(1, lease.Model.Number);
    }

    [Fact]
    public async Task A_removed_model_ends_its_trial()
    {
        await using var fixture = new CanaryFixture();
        var reload = await fixture.BeginAsync();
        await fixture.Manager.RemoveAsync("versioned").AsTask().WaitAsync(TestBound.Wait);
        await Assert.ThrowsAsync<UnknownModelException>(() => reload.WaitAsync(TestBound.Wait));
        await Condition.UntilAsync(() => fixture.Created.TrueForAll(static model => model.IsDisposed));
        await Assert.ThrowsAsync<UnknownModelException>(async () => await fixture.Manager.FetchModelAsync<Versioned>());
    }

    [Fact]
    public async Task A_shutdown_ends_the_trial()
    {
        await using var fixture = new CanaryFixture();
        var reload = await fixture.BeginAsync();
        await fixture.Manager.ShutdownAsync(CancellationToken.None).WaitAsync(TestBound.Wait);
        await Assert.ThrowsAsync<ManagerShuttingDownException>(() => reload.WaitAsync(TestBound.Wait));
        Assert.All(fixture.Created, static model => Assert.True(model.IsDisposed));
    }

    private sealed class CanaryFixture : IAsyncDisposable
    {
        private readonly ManagerFixture _fixture;

        private readonly ModelOptions _options;

        public CanaryFixture(double share = 0.05, long bytes = 10, TimeSpan? keepAlive = null, bool reloadOnChange = false)
        {
            _options = new() { CanaryFor = Trial, CanaryShare = share, KeepAlive = keepAlive, ReloadOnChange = reloadOnChange };
            _fixture = new(options => options.Models["versioned"] = _options);
            Manager.Add("versioned", _ =>
            {
                var model = new Versioned(this, Created.Count + 1, bytes);
                Created.Add(model);
                return model;
            });
        }

        public SharedModelManager Manager => _fixture.Manager;

        public Microsoft.Extensions.Time.Testing.FakeTimeProvider Time => _fixture.Time;

        public ModelSnapshot Snapshot => _fixture["versioned"];

        public List<Versioned> Created { get; } = [];

        public int FailingVersion { get; init; }

        public int SlowVersion { get; init; }

        /// <summary>The failure of later moves of all versions but the first.</summary>
        public Exception? MoveFailure { get; set; }

        public Task ReloadAsync() => Manager.ReloadAsync("versioned").AsTask();

        public SharedModelsOptions CreateOptions()
        {
            var options = new SharedModelsOptions();
            options.Models["versioned"] = _options.Over(new());
            return options;
        }

        /// <summary>Leases the model in scopes until one of them gets the version.</summary>
        public async Task<IModelLease<Versioned>> HoldAsync(int version)
        {
            while (true)
            {
                var lease = Manager.CreateScope().CreateLease<Versioned>();
                await lease.AcquireAsync().AsTask().WaitAsync(TestBound.Wait);
                if (lease.Model.Number == version)
                    return lease;
                lease.Dispose();
            }
        }

        /// <summary>Waits for the first probe of a lost device, which succeeds.</summary>
        public Task RecoverAsync()
        {
            Time.AdvancePast(TimeSpan.FromSeconds(1));
            return Condition.UntilAsync(() => _fixture.Accelerator.Error is null);
        }

        /// <summary>Loads the first version, and puts the second one on trial.</summary>
        public async Task<Task> BeginAsync()
        {
            (await Manager.FetchModelAsync<Versioned>()).Dispose();
            var reload = ReloadAsync();
            await Condition.UntilAsync(() => Snapshot.Canary is not null);
            return reload;
        }

        /// <summary>Serves ten requests per second, and returns the versions that served them.</summary>
        public async Task<List<int>> ServeAsync(int requests, bool inBatches = false, Func<bool>? until = null)
        {
            var versions = new List<int>();
            for (var i = 0; i < requests && until?.Invoke() != true; i++)
            {
                Time.Advance(TimeSpan.FromSeconds(0.09));
                try
                {
                    if (inBatches)
                        versions.Add(await Manager.RunAsync<int, int>("versioned", 0).AsTask().WaitAsync(TestBound.Wait));
                    else
                        versions.Add(await UseAsync());
                }
                catch (InvalidDataException)
                {
                    versions.Add(FailingVersion);
                }
                catch (ModelLoadException)
                {
                    versions.Add(0);
                }
            }

            return versions;
        }

        public ValueTask DisposeAsync() => _fixture.DisposeAsync();

        private async Task<int> UseAsync()
        {
            using var lease = await Manager.FetchModelAsync<Versioned>().AsTask().WaitAsync(TestBound.Wait);
            return await lease.InvokeAsync(static model => model.Use());
        }

        public void Spend(int version) => Time.Advance(TimeSpan.FromMilliseconds(version == SlowVersion ? 20 : 10));
    }

    private sealed class Versioned(CanaryFixture fixture, int number, long bytes) : ISharedModel, IBatchModel<int, int>, IDisposable
    {
        private volatile bool _isDisposed;

        public int Number => number;

        public bool IsDisposed => _isDisposed;

        public ModelFootprint Footprint => new(bytes, bytes);

        public int Use()
        {
            fixture.Spend(number);
            return number == fixture.FailingVersion ? throw new InvalidDataException("bad weights") : number;
        }

        public ValueTask LoadAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask ToAsync(Device device, CancellationToken cancellationToken) =>
            number > 1 && fixture.MoveFailure is { } failure && !device.IsCpu ? throw failure : ValueTask.CompletedTask;

        public IReadOnlyList<int> InvokeBatch(IReadOnlyList<int> inputs, CancellationToken cancellationToken) =>
            [.. inputs.Select(_ => Use())];

        public void Dispose() => _isDisposed = true;
    }
}
