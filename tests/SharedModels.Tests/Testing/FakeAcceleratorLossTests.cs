using SharedModels.Devices;
using SharedModels.Testing;

namespace SharedModels.Tests.Testing;

/// <summary>Models and probes when a fake device is lost, and when it returns.</summary>
public sealed class FakeAcceleratorLossTests
{
    private readonly FakeAccelerator _accelerator = new(100, count: 2);
    private readonly List<DeviceLostEventArgs> _losses = [];

    public FakeAcceleratorLossTests() => _accelerator.DeviceLost += (_, loss) => _losses.Add(loss);

    [Fact]
    public async Task Losing_a_device_is_reported_and_loses_all_models_on_it()
    {
        using var model = await OnDeviceAsync(60);
        var cause = new IOException("off the bus");
        _accelerator.Lose(FakeAccelerator.Device, cause);
        Assert.Equal((FakeAccelerator.Device, cause), (Assert.Single(_losses).Device, _losses[0].Cause));
        Assert.Equal((0, true, false), (_accelerator[0].UsedBytes, _accelerator[0].IsLost, _accelerator[1].IsLost));
        var exception = Assert.Throws<DeviceLostException>(() => model.Use());
        Assert.Equal((FakeAccelerator.Device, cause), (exception.Device, exception.InnerException));
        using var other = new FakeModel(1, accelerator: _accelerator);
        await Assert.ThrowsAsync<DeviceLostException>(() => other.ToAsync(FakeAccelerator.Device, default).AsTask());
        await other.ToAsync(_accelerator[1].Device, default);
        Assert.Equal(1, other.Use());
    }

    [Fact]
    public async Task A_broken_device_reports_nothing_by_itself()
    {
        using var model = await OnDeviceAsync(60);
        _accelerator.Break();
        Assert.Empty(_losses);
        Assert.Equal((0, true, true), (_accelerator[0].UsedBytes, _accelerator[0].IsLost, _accelerator[1].IsLost));
        var exception = Assert.Throws<DeviceLostException>(() => model.Use());
        Assert.Equal(DeviceFailure.Lost, ((IDeviceProvider)_accelerator).Classify(FakeAccelerator.Device, exception));
        _accelerator.Lose();
        Assert.Equal(2, _losses.Count);
    }

    [Fact]
    public async Task Probes_are_counted_and_fail_until_the_device_returns()
    {
        _accelerator.Break(FakeAccelerator.Device);
        for (var i = 0; i < 2; i++)
            await Assert.ThrowsAsync<DeviceLostException>(() => _accelerator.ProbeAsync(FakeAccelerator.Device, default).AsTask());
        _accelerator.Return();
        await _accelerator.ProbeAsync(FakeAccelerator.Device, default);
        await _accelerator.ProbeAsync(_accelerator[1].Device, default);
        Assert.Equal((3, 1), (_accelerator[0].Probes, _accelerator[1].Probes));
        await Assert.ThrowsAsync<ArgumentException>(async () => await _accelerator.ProbeAsync(Device.Cpu, default));
    }

    [Fact]
    public async Task A_probe_can_hang()
    {
        _accelerator[0].Probe.Close();
        using var giveUp = new CancellationTokenSource();
        var probe = _accelerator.ProbeAsync(FakeAccelerator.Device, giveUp.Token).AsTask();
        await _accelerator[0].Probe.Arrived;
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => probe);
    }

    [Fact]
    public async Task Lost_contents_do_not_come_back_with_the_device()
    {
        using var model = await OnDeviceAsync(60);
        _accelerator.Lose();
        _accelerator.Return();
        Assert.Throws<DeviceLostException>(() => model.Use());
        Assert.Equal(0, _accelerator[0].UsedBytes);
        await model.ToAsync(Device.Cpu, default);
        await model.ToAsync(FakeAccelerator.Device, default);
        Assert.Equal((1, 60), (model.Use(), _accelerator[0].UsedBytes));
    }

    [Fact]
    public async Task A_model_can_be_moved_again_without_a_detour_over_the_host()
    {
        using var model = await OnDeviceAsync(60);
        _accelerator.Lose();
        _accelerator.Return();
        await model.ToAsync(FakeAccelerator.Device, default);
        Assert.Equal((1, 60), (model.Use(), _accelerator[0].UsedBytes));
    }

    [Fact]
    public async Task Disposing_a_lost_model_takes_nothing_from_later_models()
    {
        var lost = await OnDeviceAsync(60);
        _accelerator.Lose();
        _accelerator.Return();
        using var model = await OnDeviceAsync(70);
        lost.Dispose();
        Assert.Equal(70, _accelerator[0].UsedBytes);
    }

    [Fact]
    public async Task A_loss_ends_the_running_moves_and_uses()
    {
        using var used = await OnDeviceAsync(10);
        used.Script.Use.Close();
        var use = Task.Run(used.Use);
        await used.Script.Use.Arrived;
        using var moved = new FakeModel(20, accelerator: _accelerator);
        _accelerator[0].Move.Close();
        _accelerator[0].IgnoresTokens = true;
        var move = moved.ToAsync(FakeAccelerator.Device, default).AsTask();
        _accelerator.Lose();
        await Assert.ThrowsAsync<DeviceLostException>(() => use);
        await Assert.ThrowsAsync<DeviceLostException>(() => move);
        Assert.Equal((0, Device.Cpu), (_accelerator[0].UsedBytes, moved.Device));
    }

    [Fact]
    public async Task A_model_in_use_can_leave_only_a_lost_device()
    {
        using var model = await OnDeviceAsync(10);
        model.Script.Use.Close();
        var use = Task.Run(model.Use);
        await model.Script.Use.Arrived;
        await Assert.ThrowsAsync<InvalidOperationException>(() => model.ToAsync(Device.Cpu, default).AsTask());
        _accelerator.Lose();
        await model.ToAsync(Device.Cpu, default);
        await Assert.ThrowsAsync<DeviceLostException>(() => use);
    }

    [Fact]
    public async Task A_mutable_model_is_loaded_again_before_it_is_moved()
    {
        using var model = new FakeModel(10, accelerator: _accelerator, isMutable: true);
        await model.ToAsync(FakeAccelerator.Device, default);
        _accelerator.Lose();
        await Assert.ThrowsAsync<DeviceLostException>(() => model.ToAsync(Device.Cpu, default).AsTask());
        Assert.Equal(Device.Cpu, model.Device);
        _accelerator.Return();
        await Assert.ThrowsAsync<InvalidOperationException>(() => model.ToAsync(FakeAccelerator.Device, default).AsTask());
        await model.LoadAsync(default);
        await model.ToAsync(FakeAccelerator.Device, default);
        Assert.Equal(1, model.Use());
    }

    private async Task<FakeModel> OnDeviceAsync(long bytes)
    {
        var model = new FakeModel(bytes, accelerator: _accelerator);
        await model.ToAsync(FakeAccelerator.Device, default);
        return model;
    }
}
