using SharedModels.OnnxRuntime.Memory;

namespace SharedModels.OnnxRuntime.Tests.Memory;

public sealed class MemoryReadingTests
{
    private const long MiB = 1 << 20;

    [Theory]
    [InlineData(110, 110)]
    [InlineData(50, 100)]
    [InlineData(-500, 100)]
    [InlineData(5_000, 157)]
    public void On_the_CPU_a_session_takes_at_least_its_weights_and_not_what_other_code_allocates(long grown, long expected)
    {
        var footprint = MemoryReading.Between(new(1_000 * MiB, null), new((1_000 + grown) * MiB, null), 100 * MiB, Device.Cpu, 3);
        Assert.Equal(new ModelFootprint(expected * MiB, 0, 3), footprint);
    }

    [Theory]
    [InlineData(120, 120)]
    [InlineData(10, 100)]
    [InlineData(9_000, 232)]
    public void On_a_CUDA_device_the_driver_s_figure_counts(long taken, long expected)
    {
        var footprint = MemoryReading.Between(
            new(1_000 * MiB, 20_000 * MiB), new(1_020 * MiB, (20_000 - taken) * MiB), 100 * MiB, new Device("cuda"), 3);
        Assert.Equal(new ModelFootprint(20 * MiB, expected * MiB, 3), footprint);
    }

    [Fact]
    public void Without_a_driver_the_weights_count()
    {
        var footprint = MemoryReading.Between(new(0, null), new(0, null), 100, new Device("cuda"), 0);
        Assert.Equal(new ModelFootprint(0, 100), footprint);
    }

    [Fact]
    public void Sessions_that_are_created_at_the_same_time_are_not_measured()
    {
        using (var first = new SessionMeasurement(Device.Cpu))
        {
            using var second = new SessionMeasurement(Device.Cpu);
            Assert.Null(second.End(1, 0));
            Assert.Null(first.End(1, 0));
        }

        using var single = new SessionMeasurement(Device.Cpu);
        Assert.NotNull(single.End(1, 0));
    }

    [Fact]
    public void The_memory_of_the_process_is_known() => Assert.InRange(ProcessMemory.Read(), 10 * MiB, 100_000 * MiB);
}
