using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace SharedModels.Tests.Scheduling;

/// <summary>
/// Random histories: whatever happens in whatever order, the promises hold after each event, and everything ends. The environment variable
/// <c>HISTORIES</c> says how many are tried of each kind; 2,000 if it is silent.
/// </summary>
public sealed class LeaseSchedulerHistoryTests
{
    private static readonly int Histories = int.Parse(Environment.GetEnvironmentVariable("HISTORIES") ?? "2000", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData(1, false, 16)]
    [InlineData(1, false, 0)]
    [InlineData(3, false, 2)]
    [InlineData(2, true, 16)]
    [InlineData(2, true, 1)]
    public void Promises_hold_after_every_event_and_nothing_is_left_at_the_end(int slots, bool onCpu, int maxBypass) =>
        Prop.ForAll<int[]>(events =>
        {
            var history = new SchedulerHistory(slots, onCpu, maxBypass);
            foreach (var code in events)
                history.Do(code);
            history.End();
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(Histories).WithEndSize(120));
}
