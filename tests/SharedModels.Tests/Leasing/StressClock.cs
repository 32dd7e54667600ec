using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;

namespace SharedModels.Tests.Leasing;

/// <summary>Virtual time that passes at the speed of the operations that end.</summary>
/// <param name="time">The clock.</param>
/// <param name="describe">Describes the state, for the message if nothing ends any more.</param>
internal sealed class StressClock(FakeTimeProvider time, Func<string> describe)
{
    // After each operation that ends, the clock runs for 10 s as fast as the processor allows. If no other operation has ended by then, it
    // continues in real time.
    private const int QuickTicks = 50_000;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(0.2);
    private static readonly TimeSpan IdleTick = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan RealPause = TimeSpan.FromMilliseconds(1);

    private long _ended;

    /// <summary>Records that an operation has ended.</summary>
    public void NoteEnd() => Interlocked.Increment(ref _ended);

    /// <summary>Advances the clock until the task has ended.</summary>
    /// <exception cref="TimeoutException">
    /// No operation has ended for <see cref="TestBound.Wait"/>, regardless of the virtual time that has passed.
    /// </exception>
    public async Task RunUntilAsync(Task task)
    {
        var (last, lastAt, ticks) = (Interlocked.Read(ref _ended), Stopwatch.GetTimestamp(), 0);
        while (!task.IsCompleted)
        {
            var ended = Interlocked.Read(ref _ended);
            if (ended != last)
            {
                (last, lastAt, ticks) = (ended, Stopwatch.GetTimestamp(), 0);
            }
            else if (Stopwatch.GetElapsedTime(lastAt) > TestBound.Wait)
            {
                throw new TimeoutException($"Nothing has ended for {TestBound.Wait.TotalSeconds:0} s of real time: {describe()}");
            }

            if (ticks < QuickTicks)
            {
                ticks++;
                time.Advance(Tick);
                await Task.Yield();
            }
            else
            {
                time.Advance(IdleTick);
                await Task.Delay(RealPause);
            }
        }
    }
}
