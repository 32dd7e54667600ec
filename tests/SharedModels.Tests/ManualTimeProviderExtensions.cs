using System.Runtime.CompilerServices;
using SharedModels.Testing;

namespace SharedModels.Tests;

internal static class ManualTimeProviderExtensions
{
    /// <summary>Moves the clock until the task has ended: the timer that ends it may be set only after the clock was moved first.</summary>
    public static Task AdvanceUntilAsync(
        this ManualTimeProvider time, Task task, TimeSpan step, [CallerArgumentExpression(nameof(task))] string what = "") =>
        Condition.UntilAsync(() => task.IsCompleted, () => time.Advance(step), what: $"the end of {what}");
}
