using Microsoft.Extensions.Configuration;
using SharedModels.Configuration.Binding;
using SharedModels.Routing;

namespace SharedModels.Clustering;

/// <summary>Reads and checks the settings of the router.</summary>
internal static class RoutingSettings
{
    /// <summary>The key of the section.</summary>
    public const string Key = "Routing";

    // Nodes report once per second, and a report can be a little late.
    private static readonly TimeSpan ShortestReportTimeout = TimeSpan.FromSeconds(1.5);

    private static readonly IReadOnlyList<Setting<Draft>> Settings =
    [
        Setting.Factor<Draft>(nameof(RoutingPolicy.LoadWeight), static (d, value) => d.Policy = d.Policy with { LoadWeight = value }),
        Setting.Number<Draft>(
            nameof(RoutingPolicy.MinColdCandidates), static (d, value) => d.Policy = d.Policy with { MinColdCandidates = value }),
        Setting.Number<Draft>(
            nameof(RoutingPolicy.MaxWarmCandidates), static (d, value) => d.Policy = d.Policy with { MaxWarmCandidates = value }),
        Setting.Time<Draft>(nameof(RoutingPolicy.WaitTolerance), static (d, value) => d.Policy = d.Policy with { WaitTolerance = value }),
        Setting.Number<Draft>(nameof(RoutingPolicy.MaxBounces), static (d, value) => d.Policy = d.Policy with { MaxBounces = value }),
        Setting.Number<Draft>(nameof(RoutingPolicy.MaxAttempts), static (d, value) => d.Policy = d.Policy with { MaxAttempts = value }),
        Setting.Number<Draft>(
            nameof(RoutingPolicy.MaxBrokenAttempts), static (d, value) => d.Policy = d.Policy with { MaxBrokenAttempts = value }),
        Setting.Time<Draft>(nameof(RoutingPolicy.ReportTimeout), static (d, value) => d.Policy = d.Policy with { ReportTimeout = value }),
        Setting.Time<Draft>(nameof(RoutingPolicy.ReportDelay), static (d, value) => d.Policy = d.Policy with { ReportDelay = value }),
        Setting.Time<Draft>(nameof(RoutingPolicy.BrokenDelay), static (d, value) => d.Policy = d.Policy with { BrokenDelay = value }),
        Setting.Time<Draft>(nameof(RoutingPolicy.MaxBrokenDelay), static (d, value) => d.Policy = d.Policy with { MaxBrokenDelay = value }),
        Setting.Time<Draft>(nameof(RoutingPolicy.UnknownArrival), static (d, value) => d.Policy = d.Policy with { UnknownArrival = value }),
        Setting.Time<Draft>(nameof(RoutingPolicy.UnknownHold), static (d, value) => d.Policy = d.Policy with { UnknownHold = value }),
        Setting.Number<Draft>(nameof(RoutingPolicy.Seed), static (d, value) => d.Policy = d.Policy with { Seed = value }),
    ];

    /// <summary>The default policy. Its seed is different in each process.</summary>
    public static RoutingPolicy CreateDefault() => new() { Seed = Random.Shared.Next() };

    /// <summary>Returns a policy with the settings of the section <see cref="Key"/>.</summary>
    /// <param name="parent">The section that contains it.</param>
    /// <param name="policy">The values of settings that the section does not have.</param>
    /// <param name="report">Receives errors and warnings.</param>
    public static RoutingPolicy Bind(IConfigurationSection parent, RoutingPolicy policy, BindingReport report)
    {
        var draft = new Draft { Policy = policy };
        SharedModelsOptionsBinder.BindSettings(parent.GetSection(Key), Settings, draft, report);
        return draft.Policy;
    }

    /// <summary>Returns the errors of a policy, with the key, the value and what is allowed.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="prefix">The part of each key before the name of the setting.</param>
    /// <param name="longestReportTimeout">The maximum of <see cref="RoutingPolicy.ReportTimeout"/>.</param>
    public static IEnumerable<string> Errors(RoutingPolicy? policy, string prefix, TimeSpan longestReportTimeout)
    {
        if (policy is null)
            return [$"{prefix.TrimEnd(':', '.')} is null. The value must be a {nameof(RoutingPolicy)}."];
        var errors = RoutingPolicyValidator.Errors(policy, prefix).ToList();
        if (errors.Count == 0 && (policy.ReportTimeout < ShortestReportTimeout || policy.ReportTimeout > longestReportTimeout))
        {
            errors.Add(
                $"{prefix}{nameof(policy.ReportTimeout)} is {policy.ReportTimeout}. The value must be from {ShortestReportTimeout} to "
                + $"{longestReportTimeout}, because nodes report once per second.");
        }

        return errors;
    }

    private sealed class Draft
    {
        public required RoutingPolicy Policy { get; set; }
    }
}
