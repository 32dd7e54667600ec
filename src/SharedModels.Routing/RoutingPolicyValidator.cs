namespace SharedModels.Routing;

/// <summary>Rejects invalid policies with a message that contains the property, the value and what is allowed.</summary>
internal static class RoutingPolicyValidator
{
    private static readonly TimeSpan LongestTime = ReportLimits.LongestTime;

    /// <summary>Returns the policy.</summary>
    /// <exception cref="ArgumentNullException">There is no policy.</exception>
    /// <exception cref="ArgumentException">Settings are invalid. The message lists all of them.</exception>
    public static RoutingPolicy Check(RoutingPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var errors = Errors(policy, $"{nameof(RoutingPolicy)}.").ToList();
        return errors.Count == 0 ? policy : throw new ArgumentException(string.Join(' ', errors), nameof(policy));
    }

    /// <summary>Returns the errors of a policy.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="prefix">The text before the name of each property.</param>
    public static IEnumerable<string> Errors(RoutingPolicy policy, string prefix)
    {
        if (!(policy.LoadWeight >= 0 && double.IsFinite(policy.LoadWeight)))
            yield return Wrong(nameof(policy.LoadWeight), policy.LoadWeight, "0 or more");
        foreach (var (name, value, least) in new[]
        {
            (nameof(policy.MinColdCandidates), policy.MinColdCandidates, 1),
            (nameof(policy.MaxWarmCandidates), policy.MaxWarmCandidates, 1),
            (nameof(policy.MaxBounces), policy.MaxBounces, 0),
            (nameof(policy.MaxAttempts), policy.MaxAttempts, 1),
            (nameof(policy.MaxBrokenAttempts), policy.MaxBrokenAttempts, 1),
        })
        {
            if (value < least)
                yield return Wrong(name, value, $"{least} or more");
        }

        foreach (var (name, value, least) in new[]
        {
            (nameof(policy.WaitTolerance), policy.WaitTolerance, TimeSpan.Zero),
            (nameof(policy.ReportTimeout), policy.ReportTimeout, TimeSpan.FromTicks(1)),
            (nameof(policy.ReportDelay), policy.ReportDelay, TimeSpan.Zero),
            (nameof(policy.BrokenDelay), policy.BrokenDelay, TimeSpan.FromTicks(1)),
            (nameof(policy.UnknownArrival), policy.UnknownArrival, TimeSpan.Zero),
            (nameof(policy.UnknownHold), policy.UnknownHold, TimeSpan.FromTicks(1)),
        })
        {
            if (value < least || value > LongestTime)
            {
                var minimum = least == TimeSpan.Zero ? "00:00:00 or more" : "greater than zero";
                yield return Wrong(name, value, $"{minimum} and at most {LongestTime}");
            }
        }

        if (policy.MaxBrokenDelay < policy.BrokenDelay || policy.MaxBrokenDelay > LongestTime)
        {
            yield return Wrong(
                nameof(policy.MaxBrokenDelay),
                policy.MaxBrokenDelay,
                $"at least {nameof(policy.BrokenDelay)}, which is {policy.BrokenDelay}, and at most {LongestTime}");
        }

        string Wrong(string name, object value, string allowed) =>
            FormattableString.Invariant($"{prefix}{name} is {value}. The value must be {allowed}.");
    }
}
