using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace SharedModels.TorchSharp.HealthChecks;

/// <summary>Reports unhealthy if a registered module requires TorchSharp and its native library cannot be loaded.</summary>
internal sealed class TorchLibraryCheck(IEnumerable<TorchModule> modules, Func<string?> findProblem) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(modules.Any() && findProblem() is { } problem
            ? new HealthCheckResult(context.Registration.FailureStatus, problem)
            : HealthCheckResult.Healthy());
}
