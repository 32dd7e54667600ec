using System.Runtime.CompilerServices;
using Microsoft.Extensions.Time.Testing;

namespace SharedModels.Tests;

internal static class FakeTimeProviderExtensions
{
    /// <summary>
    /// Advances the clock just past a deadline. <see cref="FakeTimeProvider.Advance"/> moves the clock before it fires timers, so a
    /// callback reads the time that the clock was advanced to, not the time at which its timer was due.
    /// </summary>
    public static void AdvancePast(this FakeTimeProvider time, TimeSpan deadline) => time.Advance(deadline + TimeSpan.FromMilliseconds(1));

    /// <summary>Advances the clock in steps. One large step fires a timer only once if its callback sets it again.</summary>
    public static void AdvanceInSteps(this FakeTimeProvider time, TimeSpan delta, TimeSpan step)
    {
        for (var end = time.GetUtcNow() + delta; time.GetUtcNow() < end;)
            time.Advance(step);
    }

    /// <summary>Advances the clock until the task has completed. Its timer might not be set before the clock has moved.</summary>
    public static Task AdvanceUntilAsync(
        this FakeTimeProvider time, Task task, TimeSpan step, [CallerArgumentExpression(nameof(task))] string what = "") =>
        Condition.UntilAsync(() => task.IsCompleted, () => time.Advance(step), what: $"the end of {what}");
}
