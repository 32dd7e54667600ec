using Microsoft.Extensions.Options;
using SharedModels.Configuration;
using SharedModels.Devices;
using SharedModels.Testing;

namespace SharedModels.Tests.Configuration;

/// <summary>A budget that follows the memory that other processes use on a device.</summary>
public sealed class AutoBudgetTests : IAsyncDisposable
{
    private readonly FakeAccelerator _accelerator = new(memoryBytes: 100);
    private readonly SharedModelManager _manager;
    private readonly FakeModel _a;
    private readonly FakeModel _b;

    public AutoBudgetTests()
    {
        _manager = Create("auto");
        _manager.Add(_a = new(60, accelerator: _accelerator), "a");
        _manager.Add(_b = new(30, accelerator: _accelerator), "b");
    }

    private DeviceSnapshot Device => _manager.GetSnapshot().Devices[0];

    public ValueTask DisposeAsync() => _manager.DisposeAsync();

    [Fact]
    public async Task Idle_models_are_evicted_when_it_shrinks_and_come_back_when_it_has_grown()
    {
        await UseAsync("a");
        await UseAsync("b");
        Assert.Equal((100, 90), (Device.BudgetBytes, Device.UsedBytes));
        _accelerator.ChangeMemory(50);
        await Condition.UntilAsync(() => Device.UsedBytes == 30);
        Assert.Equal(50, Device.BudgetBytes);
        _accelerator.ChangeMemory(100);
        await UseAsync("a");
        Assert.Equal((100, 90), (Device.BudgetBytes, Device.UsedBytes));
    }

    [Fact]
    public async Task Watchers_see_a_new_budget_as_a_change()
    {
        var last = _manager.GetSnapshot().LastChange;
        await using var changes = _manager.WatchAsync(last).GetAsyncEnumerator();
        var next = changes.MoveNextAsync();
        _accelerator.ChangeMemory(50);
        Assert.True(await next);
        Assert.Equal(
            (SharedModelsChangeKind.BudgetChanged, FakeAccelerator.Device, "50"),
            (changes.Current.Kind, changes.Current.Device!.Value, changes.Current.Detail));
    }

    [Fact]
    public async Task A_model_in_use_stays_until_it_is_released()
    {
        var lease = await _manager.FetchModelAsync<FakeModel>("a");
        _accelerator.ChangeMemory(10);
        Assert.Equal(ModelResidency.OnDevice, _manager.GetSnapshot().Models[0].Residency);
        Assert.Equal(60, lease.Model.Footprint.DeviceBytes);
        await lease.DisposeAsync();
        await Condition.UntilAsync(() => Device.UsedBytes == 0);
    }

    [Fact]
    public async Task A_request_that_does_not_fit_now_gets_a_retry_time()
    {
        _accelerator.ChangeMemory(40);
        var exception = await Assert.ThrowsAsync<DeviceOutOfMemoryException>(async () => await _manager.FetchModelAsync<FakeModel>("a"));
        Assert.Contains("other processes leave 40 bytes to models", exception.Message, StringComparison.Ordinal);
        Assert.Equal(new LeasingOptions().AcquireTimeout, exception.RetryAfter);
        Assert.Equal((60, 40), (exception.RequiredBytes, exception.BudgetBytes));
        _accelerator.ChangeMemory(100);
        await UseAsync("a");
    }

    [Fact]
    public async Task The_retry_time_is_bounded_even_without_a_timeout()
    {
        var options = Options("auto");
        options.Leasing.AcquireTimeout = Timeout.InfiniteTimeSpan;
        _manager.Configure(options);
        _accelerator.ChangeMemory(40);
        var exception = await Assert.ThrowsAsync<DeviceOutOfMemoryException>(async () => await _manager.FetchModelAsync<FakeModel>("a"));
        Assert.Equal(TimeSpan.FromSeconds(30), exception.RetryAfter);
    }

    [Theory]
    [InlineData(null, 70, true)] // Nothing follows other processes: the budget stays at 60.
    [InlineData(80, 80, false)] // After the other processes have ended, models can use 80 of 100 bytes.
    [InlineData(80, 81, true)]
    public async Task A_request_for_more_than_the_budget_can_ever_be_gets_no_retry_time(int? most, int needed, bool isFinal)
    {
        var provider = new NeighboredProvider(new(FakeAccelerator.Device, "fake", 60) { TotalBytes = 100, MaxMemoryBytes = most });
        await using var manager = new SharedModelManager(Options("auto"), [provider]);
        manager.Add(new FakeModel(needed), "large");
        var exception = await Assert.ThrowsAsync<DeviceOutOfMemoryException>(async () => await manager.FetchModelAsync<FakeModel>("large"));
        Assert.Equal(isFinal ? null : new LeasingOptions().AcquireTimeout, exception.RetryAfter);
        Assert.Equal(isFinal ? most ?? 60 : 60, exception.BudgetBytes);
        Assert.Contains(isFinal ? "can never fit" : "does not fit on device fake:0 now", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_never_fits_is_rejected_as_such()
    {
        _manager.Add(new FakeModel(101, accelerator: _accelerator), "large");
        var exception = await Assert.ThrowsAsync<DeviceOutOfMemoryException>(
            async () => await _manager.FetchModelAsync<FakeModel>("large"));
        Assert.Contains("can never fit", exception.Message, StringComparison.Ordinal);
        Assert.Null(exception.RetryAfter);
    }

    [Fact]
    public void The_budget_cannot_exceed_the_memory_of_the_device()
    {
        _accelerator.ChangeMemory(1000);
        Assert.Equal(100, Device.BudgetBytes);
        _accelerator.ChangeMemory(-5);
        Assert.Equal(0, Device.BudgetBytes);
    }

    [Fact]
    public async Task A_configured_budget_does_not_follow_other_processes_until_it_becomes_auto()
    {
        await using var manager = Create("80%");
        _accelerator.ChangeMemory(50);
        var before = manager.GetSnapshot().Devices[0];
        Assert.Equal((80, false), (before.BudgetBytes, before.IsBudgetAuto));
        manager.Configure(Options("auto"));
        var after = manager.GetSnapshot().Devices[0];
        Assert.Equal((50, true), (after.BudgetBytes, after.IsBudgetAuto));
    }

    [Fact]
    public void The_budget_of_the_host_does_not_follow_other_processes()
    {
        var exception = Assert.ThrowsAny<OptionsValidationException>(
            () => new SharedModelManager(new SharedModelsOptions { Devices = { ["cpu"] = new() { MemoryBudget = "Auto" } } }));
        Assert.Contains("Devices:cpu:MemoryBudget is 'Auto', which follows other processes on an accelerator only", exception.Message,
            StringComparison.Ordinal);
    }

    private static SharedModelsOptions Options(string budget) => new() { Devices = { ["fake:0"] = new() { MemoryBudget = budget } } };

    private SharedModelManager Create(string budget) => new(Options(budget), [_accelerator]);

    private async Task UseAsync(string id)
    {
        await using var lease = await _manager.FetchModelAsync<FakeModel>(id);
    }

    private sealed class NeighboredProvider(DeviceInfo device) : IDeviceProvider
    {
        public IReadOnlyList<DeviceInfo> GetDevices() => [device];
    }
}
