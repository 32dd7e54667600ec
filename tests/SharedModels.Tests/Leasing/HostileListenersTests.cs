using Xunit.Abstractions;

namespace SharedModels.Tests.Leasing;

/// <summary>The stress run with listeners that misbehave.</summary>
[Collection(nameof(ProcessListeners))]
public sealed class HostileListenersTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Under_load_with_hostile_listeners_every_request_ends_and_nothing_is_left_behind()
    {
        await using var run = new StressRun(StressRun.ChooseSeed(output));
        using var listeners = new HostileListeners(() => run.Manager);
        await run.RunAsync(rounds: 40);
        Assert.InRange(run.Outcomes["granted"], 50, int.MaxValue);
        Assert.InRange(listeners.Calls, 1_000, int.MaxValue);
    }
}
