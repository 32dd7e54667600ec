using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace SharedModels.Tests.Bounded;

/// <summary>Waits for effects of other threads.</summary>
internal static class Condition
{
    // The first tries do not sleep because most conditions already hold. After that the loop sleeps, so that it does not take the processor
    // from the threads that it waits for.
    private const int QuickTries = 2_000;

    /// <summary>Lets other threads work until the condition holds.</summary>
    /// <param name="condition">The condition to wait for.</param>
    /// <param name="step">An action to run before each try except the first, such as advancing a clock.</param>
    /// <param name="bound">The real time to wait, by default <see cref="TestBound.Wait"/>.</param>
    /// <param name="what">The condition as it is written in the test.</param>
    /// <exception cref="TimeoutException">The condition did not hold within the bound.</exception>
    public static Task UntilAsync(
        Func<bool> condition,
        Action? step = null,
        TimeSpan? bound = null,
        [CallerArgumentExpression(nameof(condition))] string what = "") =>
        UntilAsync(() => new ValueTask<bool>(condition()), step, bound, what);

    /// <inheritdoc cref="UntilAsync(Func{bool}, Action?, TimeSpan?, string)"/>
    public static async Task UntilAsync(
        Func<ValueTask<bool>> condition,
        Action? step = null,
        TimeSpan? bound = null,
        [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        var limit = bound ?? TestBound.Wait;
        var start = Stopwatch.GetTimestamp();
        for (var tries = 0; !await condition(); tries++)
        {
            if (Stopwatch.GetElapsedTime(start) > limit)
                throw new TimeoutException(
                    $"Waited {limit.TotalSeconds:0.###} s of real time for: {what}. If the machine is slow, set {TestBound.Variable} to "
                    + "more than 120.");
            step?.Invoke();
            if (tries < QuickTries)
                await Task.Yield();
            else
                await Task.Delay(1);
        }
    }

    /// <summary>The real time within which anything that is going to happen has happened, even on a busy machine.</summary>
    public static TimeSpan Long => TestBound.Wait / 2;

    /// <summary>Indicates whether a task ends within a real time, by default <see cref="Long"/>.</summary>
    public static async Task<bool> EndsAsync(Task task, TimeSpan? time = null) =>
        await Task.WhenAny(task, Task.Delay(time ?? Long)) == task;

    /// <summary>Indicates whether a condition holds within a real time, by default <see cref="Long"/>.</summary>
    public static async Task<bool> IsTrueWithinAsync(Func<bool> condition, TimeSpan? time = null)
    {
        var start = Stopwatch.GetTimestamp();
        while (!condition() && Stopwatch.GetElapsedTime(start) < (time ?? Long))
            await Task.Delay(10);
        return condition();
    }
}
