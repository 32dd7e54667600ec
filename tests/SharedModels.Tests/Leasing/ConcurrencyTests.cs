using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace SharedModels.Tests.Leasing;

/// <summary>Many real threads use one manager, with failures and cancellations chosen from a seed that is printed.</summary>
public sealed class ConcurrencyTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Under_load_use_is_exclusive_and_nothing_is_left_behind()
    {
        var seed = Seed();
        var fixture = new ManagerFixture(memoryBytes: 25);
        var scripts = Enumerable.Range(0, 4).Select(i => fixture.Add($"m{i}")).ToList();
        var users = 0;
        var served = 0;
        await Task.WhenAll(Enumerable.Range(0, 16).Select(task => Task.Run(async () =>
        {
            var random = new Random(seed + task);
            for (var i = 0; i < 200; i++)
            {
                using var cancellation = new CancellationTokenSource();
                var fetch = fixture.FetchAsync($"m{random.Next(4)}", cancellation.Token).AsTask();
                if (random.Next(4) == 0)
                    await cancellation.CancelAsync();
                try
                {
                    await using var lease = await fetch;
                    Assert.Equal(1, Interlocked.Increment(ref users));
                    Assert.Equal(
                        1, random.Next(2) == 0 ? lease.Model.Use() : await lease.InvokeAsync(model => model.Use(), CancellationToken.None));
                    Interlocked.Decrement(ref users);
                    Interlocked.Increment(ref served);
                }
                catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
                {
                }
            }
        })));
        Assert.InRange(served, 16 * 200 / 2, 16 * 200);
        Assert.Equal((0, 0), (fixture.Accelerator.Holders, fixture.Accelerator.QueueLength));
        await fixture.DisposeAsync();
        Assert.Equal(0, fixture.Accelerator.UsedBytes);
        Assert.All(scripts, script => Assert.Equal(1, script.Disposals));
    }

    /// <summary>
    /// Runs for <c>STRESS_SECONDS</c> if the variable is set, with a new seed for each run. Otherwise runs 8 times, or as many as a slow
    /// machine starts within 60 s.
    /// </summary>
    [Fact]
    [LongRunning(minutes: 4)]
    public async Task Under_load_with_failures_of_all_kinds_every_request_ends_and_nothing_is_left_behind()
    {
        var isTimed = double.TryParse(Environment.GetEnvironmentVariable("STRESS_SECONDS"), CultureInfo.InvariantCulture, out var seconds);
        var start = Stopwatch.GetTimestamp();
        var first = Seed();
        for (var seed = first;
            Stopwatch.GetElapsedTime(start).TotalSeconds < (isTimed ? seconds : 60) && (isTimed || seed < first + 8);
            seed++)
        {
            output.WriteLine($"SEED={seed}");
            await using var run = new StressRun(seed);
            await run.RunAsync(rounds: 60);
            output.WriteLine(
                $"{run.VirtualTime:g} of virtual time, {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s so far: " + string.Join(
                    ", ", run.Outcomes.OrderByDescending(static outcome => outcome.Value).Select(
                        static outcome => $"{outcome.Value} {outcome.Key}")));
            Assert.InRange(run.Outcomes["granted"], 100, int.MaxValue);
        }
    }

    [Fact]
    public async Task A_cancellation_that_races_the_grant_wins_or_loses_and_the_slot_is_never_lost()
    {
        await using var fixture = new ManagerFixture();
        fixture.Add("a");
        for (var i = 0; i < 500; i++)
        {
            var held = await fixture.FetchAsync("a");
            using var cancellation = new CancellationTokenSource();
            var waiting = fixture.FetchAsync("a", cancellation.Token).AsTask();
            await Task.WhenAll(Task.Run(held.Dispose), Task.Run(cancellation.Cancel));
            try
            {
                await using var lease = await waiting;
                Assert.Equal(1, lease.Model.Use());
            }
            catch (OperationCanceledException)
            {
            }

            Assert.Equal((0, 0), (fixture.Accelerator.Holders, fixture.Accelerator.QueueLength));
        }
    }

    private int Seed() => StressRun.ChooseSeed(output);
}
