using SharedModels.Tests.Bounded;

namespace SharedModels.Tests.Residency;

/// <summary>A model that reports the progress of its load. Snapshots show the last report only while it loads.</summary>
public sealed class LoadProgressTests
{
    [Fact]
    public async Task A_snapshot_shows_the_last_report_while_the_model_loads()
    {
        var release = new TaskCompletionSource();
        IProgress<ModelLoadProgress>? kept = null;
        await using var manager = new SharedModelManager();
        manager.Add(new ReportingModel(async progress =>
        {
            kept = progress;
            progress.Report(new(1, 10));
            progress.Report(new(4, 10));
            await release.Task;
        }), "m");
        Assert.Null(Progress());
        var load = manager.PreloadAsync("m").AsTask();
        await Condition.UntilAsync(() => Progress() == new ModelLoadProgress(4, 10));
        kept!.Report(new(5, 10));
        Assert.Equal(new(5, 10), Progress());
        release.SetResult();
        await load;
        kept.Report(new(6, 10));
        Assert.Null(Progress());

        ModelLoadProgress? Progress() => manager.GetSnapshot().Models.Single().LoadProgress;
    }

    [Fact]
    public async Task A_failed_load_leaves_no_progress_behind()
    {
        await using var manager = new SharedModelManager();
        manager.Add(new ReportingModel(static progress =>
        {
            progress.Report(new(1, 2));
            throw new IOException("The line is down.");
        }), "m");
        await Assert.ThrowsAnyAsync<ModelLeaseException>(() => manager.PreloadAsync("m").AsTask());
        Assert.Null(manager.GetSnapshot().Models.Single().LoadProgress);
    }

    private sealed class ReportingModel(Func<IProgress<ModelLoadProgress>, Task> load) : IProgressModel
    {
        public ModelFootprint Footprint => default;

        public ValueTask LoadAsync(CancellationToken cancellationToken) => throw new InvalidOperationException("The other one is meant.");

        public async ValueTask LoadAsync(IProgress<ModelLoadProgress> progress, CancellationToken cancellationToken) =>
            await load(progress);

        public ValueTask ToAsync(Device device, CancellationToken cancellationToken) => default;
    }
}
