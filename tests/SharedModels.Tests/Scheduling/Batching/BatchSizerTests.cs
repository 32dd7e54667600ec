using SharedModels.Scheduling.Batching;
using SharedModels.Scheduling.Lifecycle;

namespace SharedModels.Tests.Scheduling.Batching;

/// <summary>The limits on the size of a batch.</summary>
public sealed class BatchSizerTests
{
    private static readonly ModelSettings Settings = new("m") { Candidates = [], MaxBatchSize = 16 };

    [Fact]
    public void The_settings_limit_the_size() => Assert.Equal(16, new BatchSizer().LimitOf(Settings));

    [Fact]
    public void Out_of_memory_halves_the_size_and_full_batches_raise_it_by_one()
    {
        var sizer = new BatchSizer();
        sizer.RunOutOfMemory(16);
        Assert.Equal(8, sizer.LimitOf(Settings));
        sizer.Complete(7, 10);
        Assert.Equal(8, sizer.LimitOf(Settings));
        sizer.Complete(8, 10);
        Assert.Equal(9, sizer.LimitOf(Settings));
        sizer.RunOutOfMemory(1);
        Assert.Equal(1, sizer.LimitOf(Settings));
    }

    [Fact]
    public void A_target_duration_limits_the_size_by_the_measured_durations()
    {
        var sizer = new BatchSizer();
        var settings = Settings with { TargetBatchTicks = 100 };
        Assert.Equal(1, sizer.LimitOf(settings));
        sizer.Complete(2, 40);
        Assert.Equal(5, sizer.LimitOf(settings));
        sizer.RunOutOfMemory(8);
        Assert.Equal(4, sizer.LimitOf(settings));
    }
}
