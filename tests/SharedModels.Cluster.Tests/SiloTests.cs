using System.Diagnostics;
using System.Net;
using SharedModels.Cluster.Tests.Processes;
using Xunit.Abstractions;

namespace SharedModels.Cluster.Tests;

/// <summary>Typed calls from one silo to others that are killed or cut off.</summary>
[LongRunning(minutes: 4)]
public sealed class SiloTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_silo_that_is_killed_costs_each_caller_at_most_one_call()
    {
        const int Callers = 8;
        await using var caller = await SiloProcess.StartAsync("caller", primary: null, isNode: false);
        await using var victim = await SiloProcess.StartAsync("victim", caller);
        await using var other = await SiloProcess.StartAsync("other", caller);
        await Condition.UntilAsync(async () => await caller.CountMembersAsync() == 3);
        await Task.WhenAll(victim.ControlAsync("preload"), other.ControlAsync("preload"));
        await using var twice = new Clients(content => caller.PostAsync("/again", content), Callers);
        await using var once = new Clients(content => caller.PostAsync("/work", content), Callers);
        await twice.UntilServedAsync(200);

        victim.Process.Kill();

        await twice.UntilServedAsync(300);
        await Task.WhenAll(twice.StopAsync(), once.StopAsync());
        output.WriteLine(
            $"{once.Failures.Count} calls of {Callers} callers were lost. Longest call: {twice.Longest.TotalSeconds:0.00} s.");
        Assert.Empty(twice.Failures);
        Assert.InRange(once.Failures.Count, 0, Callers);
        Assert.All(once.Failures, static failure => Assert.Equal($"{(int)HttpStatusCode.BadGateway}", failure));
    }

    [NetworkFact]
    public async Task A_silo_behind_a_cut_link_is_left_although_it_remains_a_member()
    {
        await using var farNetwork = await TestNetwork.CreateAsync(links: 1);
        await using var nearNetwork = await TestNetwork.CreateAsync(links: 1);
        await nearNetwork.AddRouteAsync();
        var direct = await DirectLink.CreateAsync(farNetwork, nearNetwork);
        await using var between = await SiloProcess.StartAsync("between", primary: null, farNetwork.OuterAddress);
        await using var far = await SiloProcess.StartAsync("far", between, farNetwork.AddressOf(0), farNetwork.Name);
        await using var near = await SiloProcess.StartAsync(
            "near", between, nearNetwork.AddressOf(0), nearNetwork.Name, isNode: false);
        await Condition.UntilAsync(async () => await near.CountMembersAsync() == 3);
        await far.ControlAsync("preload");
        await Condition.UntilAsync(async () => await near.CallAsync("/work") == "far");
        await far.ControlAsync("hold/compute");
        var answer = near.CallAsync("/again");
        await Condition.UntilAsync(() => far.Process.Count("reached", "compute") == 1);

        var start = Stopwatch.GetTimestamp();
        await direct.CutAsync();

        Assert.Equal("between", await answer);
        output.WriteLine($"The call was served by another silo {Stopwatch.GetElapsedTime(start).TotalSeconds:0.00} s later.");
        for (var i = 0; i < 20; i++)
            Assert.Equal("between", await near.CallAsync("/work"));
        output.WriteLine($"20 further calls were served {Stopwatch.GetElapsedTime(start).TotalSeconds:0.00} s after the cut.");
        Assert.Equal((3, 3), (await near.CountMembersAsync(), await between.CountMembersAsync()));

        await far.ControlAsync("hold/nothing");
        await direct.MendAsync();
        start = Stopwatch.GetTimestamp();
        await Condition.UntilAsync(async () => await near.CallAsync("/work") == "far");
        output.WriteLine($"The silo served calls again {Stopwatch.GetElapsedTime(start).TotalSeconds:0.00} s after the repair.");
    }
}
