using FsCheck;
using FsCheck.Fluent;

namespace SharedModels.Tests.Scheduling;

/// <summary>Random histories: whatever happens in whatever order, the promises hold after each event, and everything ends.</summary>
public sealed class LeaseSchedulerHistoryTests
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(2, true)]
    public void Promises_hold_after_every_event_and_nothing_is_left_at_the_end(int slots, bool onCpu) =>
        Prop.ForAll<int[]>(events =>
        {
            var history = new SchedulerHistory(slots, onCpu);
            foreach (var code in events)
                history.Do(code);
            history.End();
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000).WithEndSize(120));
}
