namespace SharedModels.Configuration;

/// <summary>Settings for a tenant, which is a group of callers that share device time with other groups.</summary>
public sealed class TenantOptions
{
    /// <summary>
    /// The tenant's share of device time relative to other tenants that are waiting. A tenant with weight 2 gets twice the time of one with
    /// weight 1.
    /// </summary>
    /// <value>The default is 1. The value must be from 0.001 to 1,000.</value>
    public double Weight { get; set; } = 1;

    internal const double MinWeight = 0.001, MaxWeight = 1_000;
}
