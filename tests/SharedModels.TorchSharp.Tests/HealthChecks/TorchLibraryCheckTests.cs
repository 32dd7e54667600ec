using Microsoft.Extensions.Diagnostics.HealthChecks;
using SharedModels.TorchSharp.HealthChecks;

namespace SharedModels.TorchSharp.Tests.HealthChecks;

public sealed class TorchLibraryCheckTests
{
    [Theory]
    [InlineData(HealthStatus.Unhealthy)]
    [InlineData(HealthStatus.Degraded)]
    public async Task A_library_that_cannot_be_loaded_has_the_failure_status_of_the_registration(HealthStatus status)
    {
        var result = await CheckAsync(["net"], static () => "It is missing.", status);
        Assert.Equal((status, "It is missing."), (result.Status, result.Description));
    }

    [Fact]
    public async Task A_library_that_can_be_loaded_is_healthy() =>
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(["net"], static () => null)).Status);

    [Fact]
    public async Task An_application_without_a_module_is_healthy_regardless_of_the_library() =>
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync([], static () => "It is missing.")).Status);

    private static Task<HealthCheckResult> CheckAsync(
        string[] models, Func<string?> findProblem, HealthStatus failureStatus = HealthStatus.Unhealthy)
    {
        var check = new TorchLibraryCheck(models.Select(static id => new TorchModule(id)), findProblem);
        return check.CheckHealthAsync(new() { Registration = new("torch", check, failureStatus, tags: null) });
    }
}
