using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace SharedModels.Cuda.HealthChecks;

/// <summary>
/// Adds a check with the tag <c>ready</c>. The container keeps one registration per type of check. <c>AddCheck</c> would add a second one
/// with the same name, which makes the health endpoints throw.
/// </summary>
internal sealed class ReadyCheckRegistration<TCheck>(string name) : IConfigureOptions<HealthCheckServiceOptions>
    where TCheck : class, IHealthCheck
{
    public void Configure(HealthCheckServiceOptions options) => options.Registrations.Add(
        new(name, static services => services.GetRequiredService<TCheck>(), failureStatus: null, tags: ["ready"]));
}
