using SharedModels.Testing;

namespace SharedModels.Tests.Testing;

/// <summary>The memory of the fake accelerator, and moves when it is full.</summary>
public sealed class FakeAcceleratorMemoryTests
{
    private readonly FakeAccelerator _accelerator = new(100, count: 2);

    [Fact]
    public async Task A_model_takes_its_bytes_and_releases_them()
    {
        using var model = new FakeModel(60, accelerator: _accelerator);
        await model.ToAsync(_accelerator[0].Device, default);
        Assert.Equal((60, 60, 0), (_accelerator[0].UsedBytes, _accelerator[0].PeakBytes, _accelerator[1].UsedBytes));
        await model.ToAsync(_accelerator[0].Device, default);
        Assert.Equal(60, _accelerator[0].UsedBytes);
        await model.ToAsync(_accelerator[1].Device, default);
        Assert.Equal((0, 60), (_accelerator[0].UsedBytes, _accelerator[1].UsedBytes));
        await model.ToAsync(Device.Cpu, default);
        Assert.Equal((0, 60), (_accelerator[1].UsedBytes, _accelerator[1].PeakBytes));
    }

    [Fact]
    public async Task Disposal_releases_the_bytes_once()
    {
        using var other = new FakeModel(30, accelerator: _accelerator);
        await other.ToAsync(FakeAccelerator.Device, default);
        var model = new FakeModel(60, accelerator: _accelerator);
        await model.ToAsync(FakeAccelerator.Device, default);
        model.Dispose();
        model.Dispose();
        Assert.Equal(30, _accelerator[0].UsedBytes);
    }

    [Fact]
    public async Task A_model_that_does_not_fit_next_to_others_stays_on_the_host()
    {
        using var first = new FakeModel(60, accelerator: _accelerator);
        using var second = new FakeModel(50, accelerator: _accelerator);
        await first.ToAsync(FakeAccelerator.Device, default);
        var exception = await Assert.ThrowsAsync<DeviceOutOfMemoryException>(
            () => second.ToAsync(FakeAccelerator.Device, default).AsTask());
        Assert.Equal(
            (50, 100, 40, FakeAccelerator.Device), (exception.RequiredBytes, exception.BudgetBytes, exception.FreeBytes, exception.Device));
        Assert.Equal((Device.Cpu, 60), (second.Device, _accelerator[0].UsedBytes));
        await first.ToAsync(Device.Cpu, default);
        await second.ToAsync(FakeAccelerator.Device, default);
        Assert.Equal(FakeAccelerator.Device, second.Device);
    }

    [Fact]
    public async Task Physical_memory_can_be_less_than_reported()
    {
        _accelerator[0].PhysicalBytes = 40;
        Assert.Equal(100, _accelerator.GetDevices()[0].MemoryBytes);
        using var model = new FakeModel(41, accelerator: _accelerator);
        await Assert.ThrowsAsync<DeviceOutOfMemoryException>(() => model.ToAsync(FakeAccelerator.Device, default).AsTask());
        _accelerator[0].PhysicalBytes = 41;
        await model.ToAsync(FakeAccelerator.Device, default);
        Assert.Throws<ArgumentOutOfRangeException>(() => _accelerator[0].PhysicalBytes = -1);
    }

    [Fact]
    public async Task The_next_moves_fail_as_often_as_configured()
    {
        using var model = new FakeModel(1, accelerator: _accelerator);
        _accelerator[0].FailMoves(2);
        using var large = new FakeModel(1000, accelerator: _accelerator);
        await Assert.ThrowsAsync<DeviceOutOfMemoryException>(() => large.ToAsync(FakeAccelerator.Device, default).AsTask());
        for (var i = 0; i < 2; i++)
        {
            var failure = await Assert.ThrowsAsync<DeviceOutOfMemoryException>(
                () => model.ToAsync(FakeAccelerator.Device, default).AsTask());
            Assert.Equal("The test made this move to device fake:0 fail (FailMoves).", failure.Message);
            Assert.True(failure.FreeBytes < failure.RequiredBytes);
        }

        await model.ToAsync(FakeAccelerator.Device, default);
        Assert.Equal(1, _accelerator[0].UsedBytes);
    }

    [Fact]
    public async Task A_use_takes_its_working_bytes_while_it_lasts()
    {
        using var model = new FakeModel(60, accelerator: _accelerator, workingBytes: 40);
        Assert.Equal(new ModelFootprint(60, 60, 40), model.Footprint);
        await model.ToAsync(FakeAccelerator.Device, default);
        Assert.Equal(1, model.Use());
        Assert.Equal((60, 100), (_accelerator[0].UsedBytes, _accelerator[0].PeakBytes));
        _accelerator[0].PhysicalBytes = 99;
        Assert.Throws<DeviceOutOfMemoryException>(() => model.Use());
        await model.ToAsync(Device.Cpu, default);
        Assert.Equal(1, model.Use());
    }

    [Fact]
    public async Task A_model_without_an_accelerator_takes_nothing()
    {
        using var model = new FakeModel(1000);
        await model.ToAsync(FakeAccelerator.Device, default);
        Assert.Equal(0, _accelerator[0].UsedBytes);
    }

    [Fact]
    public void Only_existing_devices_are_returned()
    {
        Assert.Equal(["fake:0", "fake:1"], _accelerator.GetDevices().Select(info => info.Device.ToString()));
        Assert.Throws<ArgumentOutOfRangeException>(() => _accelerator[2]);
        Assert.Throws<ArgumentException>(() => _accelerator.Lose(Device.Cuda(0)));
    }

    [Fact]
    public async Task Used_bytes_are_correct_with_many_threads()
    {
        var accelerator = new FakeAccelerator(1_000_000);
        await Parallel.ForAsync(0, 200, async (index, cancellationToken) =>
        {
            using var model = new FakeModel(index, accelerator: accelerator, workingBytes: 1);
            try
            {
                await model.ToAsync(FakeAccelerator.Device, cancellationToken);
                model.Use();
                if (index % 3 == 0)
                    await model.ToAsync(Device.Cpu, cancellationToken);
            }
            catch (DeviceLostException)
            {
                accelerator.Return();
            }

            if (index % 50 == 7)
                accelerator.Lose();
        });
        Assert.Equal(0, accelerator[0].UsedBytes);
    }
}
