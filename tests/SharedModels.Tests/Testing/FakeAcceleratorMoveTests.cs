using Microsoft.Extensions.Time.Testing;
using SharedModels.Testing;

namespace SharedModels.Tests.Testing;

/// <summary>The duration of moves to the fake accelerator, and moves that hang.</summary>
public sealed class FakeAcceleratorMoveTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task The_duration_of_a_move_is_its_bytes_divided_by_the_bandwidth()
    {
        var accelerator = new FakeAccelerator(100, bytesPerSecond: 10, time: _time);
        using var model = new FakeModel(50, accelerator: accelerator);
        var move = model.ToAsync(FakeAccelerator.Device, default).AsTask();
        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(move.IsCompleted);
        Assert.Equal((50, Device.Cpu), (accelerator[0].UsedBytes, model.Device));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        await move;
        Assert.Equal(FakeAccelerator.Device, model.Device);
        Assert.True(model.ToAsync(Device.Cpu, default).AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_slow_device_takes_proportionally_longer()
    {
        var accelerator = new FakeAccelerator(100, bytesPerSecond: 10, time: _time);
        accelerator[0].Slowdown = 3;
        using var model = new FakeModel(50, accelerator: accelerator);
        var move = model.ToAsync(FakeAccelerator.Device, default).AsTask();
        _time.Advance(TimeSpan.FromSeconds(14));
        Assert.False(move.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        await move;
        Assert.Throws<ArgumentOutOfRangeException>(() => accelerator[0].Slowdown = 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => accelerator[0].BytesPerSecond = double.NaN);
    }

    [Fact]
    public async Task A_mutable_model_takes_as_long_to_come_back()
    {
        var accelerator = new FakeAccelerator(100, time: _time);
        using var model = new FakeModel(50, accelerator: accelerator, isMutable: true);
        Assert.True(model.IsMutable);
        await model.ToAsync(FakeAccelerator.Device, default);
        accelerator[0].BytesPerSecond = 50;
        var back = model.ToAsync(Device.Cpu, default).AsTask();
        Assert.Equal((false, 50), (back.IsCompleted, accelerator[0].UsedBytes));
        _time.Advance(TimeSpan.FromSeconds(1));
        await back;
        Assert.Equal(0, accelerator[0].UsedBytes);
    }

    [Fact]
    public async Task A_canceled_move_leaves_nothing_behind()
    {
        var accelerator = new FakeAccelerator(100, bytesPerSecond: 1, time: _time);
        using var model = new FakeModel(50, accelerator: accelerator);
        using var giveUp = new CancellationTokenSource();
        var move = model.ToAsync(FakeAccelerator.Device, giveUp.Token).AsTask();
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => move);
        Assert.Equal((0, Device.Cpu), (accelerator[0].UsedBytes, model.Device));
    }

    [Fact]
    public async Task A_hanging_move_waits_for_its_gate()
    {
        var accelerator = new FakeAccelerator(100);
        accelerator[0].Move.Close();
        using var model = new FakeModel(50, accelerator: accelerator);
        using var giveUp = new CancellationTokenSource();
        var move = model.ToAsync(FakeAccelerator.Device, giveUp.Token).AsTask();
        await accelerator[0].Move.Arrived;
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => move);
        Assert.Equal(0, accelerator[0].UsedBytes);
    }

    [Fact]
    public async Task A_hanging_move_can_ignore_its_token_and_its_model_s_disposal()
    {
        var accelerator = new FakeAccelerator(100);
        accelerator[0].Move.Close();
        accelerator[0].IgnoresTokens = true;
        using var model = new FakeModel(50, accelerator: accelerator);
        using var giveUp = new CancellationTokenSource();
        var move = model.ToAsync(FakeAccelerator.Device, giveUp.Token).AsTask();
        await giveUp.CancelAsync();
        model.Dispose();
        Assert.Equal((false, 50), (move.IsCompleted, accelerator[0].UsedBytes));
        accelerator[0].Move.Open();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => move);
        Assert.Equal(0, accelerator[0].UsedBytes);
    }

    [Fact]
    public async Task A_move_can_fail_with_the_exception_of_the_gate()
    {
        var accelerator = new FakeAccelerator(100);
        accelerator[0].Move.FailWith(new IOException("bus"));
        using var model = new FakeModel(50, accelerator: accelerator);
        await Assert.ThrowsAsync<IOException>(() => model.ToAsync(FakeAccelerator.Device, default).AsTask());
        Assert.Equal(0, accelerator[0].UsedBytes);
    }
}
