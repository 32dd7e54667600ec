namespace SharedModels.Routing.Tests;

public sealed class RoutingPolicyTests
{
    private static readonly TimeSpan Negative = TimeSpan.FromTicks(-1);

    public static TheoryData<string, RoutingPolicy> Invalid => new()
    {
        { "LoadWeight is -1. The value must be 0 or more.", new() { LoadWeight = -1 } },
        { "LoadWeight is NaN. The value must be 0 or more.", new() { LoadWeight = double.NaN } },
        { "MinColdCandidates is 0. The value must be 1 or more.", new() { MinColdCandidates = 0 } },
        { "MaxWarmCandidates is 0. The value must be 1 or more.", new() { MaxWarmCandidates = 0 } },
        { "MaxBounces is -1. The value must be 0 or more.", new() { MaxBounces = -1 } },
        { "MaxAttempts is 0. The value must be 1 or more.", new() { MaxAttempts = 0 } },
        { "MaxBrokenAttempts is 0. The value must be 1 or more.", new() { MaxBrokenAttempts = 0 } },
        { "WaitTolerance is -00:00:00.0000001. The value must be 00:00:00 or more", new() { WaitTolerance = Negative } },
        { "ReportTimeout is 00:00:00. The value must be greater than zero", new() { ReportTimeout = TimeSpan.Zero } },
        { "ReportDelay is -00:00:00.0000001. The value must be 00:00:00 or more", new() { ReportDelay = Negative } },
        { "BrokenDelay is 00:00:00. The value must be greater than zero", new() { BrokenDelay = TimeSpan.Zero } },
        { "UnknownArrival is -00:00:00.0000001. The value must be 00:00:00 or more", new() { UnknownArrival = Negative } },
        { "UnknownHold is 00:00:00. The value must be greater than zero", new() { UnknownHold = TimeSpan.Zero } },
        { "UnknownHold is 10675199.02:48:05.4775807. The value must be greater", new() { UnknownHold = TimeSpan.MaxValue } },
        {
            "MaxBrokenDelay is 00:00:00.5000000. The value must be at least BrokenDelay, which is 00:00:01",
            new() { MaxBrokenDelay = TimeSpan.FromSeconds(0.5) }
        },
    };

    [Theory]
    [MemberData(nameof(Invalid))]
    public void An_invalid_policy_is_rejected_with_the_property_the_value_and_the_limit(string expected, RoutingPolicy policy)
    {
        var exception = Assert.Throws<ArgumentException>(nameof(policy), () => new ModelRouter(policy));

        Assert.StartsWith($"RoutingPolicy.{expected}", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_errors_are_reported_together()
    {
        var exception = Assert.Throws<ArgumentException>(() => new ModelRouter(new() { MaxAttempts = 0, MaxBounces = -2 }));

        Assert.Contains("MaxBounces is -2", exception.Message, StringComparison.Ordinal);
        Assert.Contains("MaxAttempts is 0", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_default_and_the_limits_are_valid()
    {
        _ = new ModelRouter(new());
        _ = new ModelRouter(new()
        {
            LoadWeight = 0,
            MaxBounces = 0,
            MaxAttempts = 1,
            WaitTolerance = TimeSpan.Zero,
            ReportDelay = TimeSpan.Zero,
            MaxBrokenDelay = TimeSpan.FromSeconds(1),
        });
    }
}
