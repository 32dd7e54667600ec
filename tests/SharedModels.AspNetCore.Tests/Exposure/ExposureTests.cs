using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using SharedModels.AspNetCore.Dashboard;

namespace SharedModels.AspNetCore.Tests.Exposure;

/// <summary>No text of user code, path or settings key reaches a client, unless the application includes exception details.</summary>
public sealed class ExposureTests
{
    /// <summary>Every endpoint whose answer depends on a failure, and the hub.</summary>
    private static readonly string[] Exits =
        [
            "GET /use",
            "GET /throw",
            "GET /controller/marked",
            "GET /Leased",
            "HUB Marked",
            "GET /sharedmodels/",
            "GET /sharedmodels/events",
            "POST /sharedmodels/{id}/preload",
            "POST /sharedmodels/{id}/reload",
            "GET /health/live", "GET /health/ready",
        ];

    /// <summary>Endpoints that never show a failure, as this test verified for each of them when it was added.</summary>
    private static readonly string[] Others =
        [
            "GET /controller/plain", "GET /patient", "GET /patient/hasty", "POST /sharedmodels/{id}/evict", "GET /models/", "POST /Leased",
            "GET /hub", "POST /hub", "GET /hub/negotiate", "POST /hub/negotiate",
            "GET /closed/sharedmodels/",
            "GET /closed/sharedmodels/events",
            "POST /closed/sharedmodels/{id}/preload",
            "POST /closed/sharedmodels/{id}/evict",
            "POST /closed/sharedmodels/{id}/reload",
            "GET /controller/count",
        ];

    public static TheoryData<string, Fault> ExitsAndFaults
    {
        get
        {
            var data = new TheoryData<string, Fault>();
            foreach (var exit in Exits)
            {
                data.Add(exit, Fault.Load);
                data.Add(exit, Fault.DeviceLoss);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(ExitsAndFaults))]
    public async Task An_exit_includes_details_only_if_the_application_enables_them(string exit, Fault fault)
    {
        await using (var production = await ExposedApplication.StartAsync(fault, Environments.Production))
            IsSilent(exit, await production.CallAsync(exit));
        await using (var silent = await ExposedApplication.StartAsync(fault, Environments.Development, includeDetails: false))
            IsSilent(exit, await silent.CallAsync(exit));
        await using (var chosen = await ExposedApplication.StartAsync(fault, Environments.Production, includeDetails: true))
            Assert.Contains(ExposedApplication.Secret, await chosen.CallAsync(exit), StringComparison.Ordinal);
        await using var development = await ExposedApplication.StartAsync(fault, Environments.Development);
        Assert.Contains(ExposedApplication.Secret, await development.CallAsync(exit), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Fault.Load)]
    [InlineData(Fault.DeviceLoss)]
    public async Task Every_mapped_endpoint_is_known_and_silent(Fault fault)
    {
        await using var application = await ExposedApplication.StartAsync(fault, Environments.Production);
        var mapped = application.Endpoints.SelectMany(RoutesOf).ToHashSet(StringComparer.Ordinal);
        foreach (var route in mapped.Where(static route => !route.EndsWith("/events", StringComparison.Ordinal)))
            IsSilent(route, await application.CallAsync(route));
        var files = DashboardFiles.Assets.Keys.Select(static file => $"GET /models/{file}");

        // Add a new endpoint to one of the lists.
        Assert.Equal(
            Exits.Where(static exit => !exit.StartsWith("HUB ", StringComparison.Ordinal))
                .Concat(Others)
                .Concat(files)
                .Order(StringComparer.Ordinal),
            mapped.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_application_of_these_tests_calls_every_mapping_method_of_the_package()
    {
        var methods = typeof(SharedModelsHttpOptions).Assembly.GetExportedTypes().SelectMany(static type => type.GetMethods())
            .Where(static method => method.IsStatic && method.Name.StartsWith("Map", StringComparison.Ordinal)).Select(
                static method => method.Name);
        Assert.Equal(
            [
                nameof(SharedModelsEndpointRouteBuilderExtensions.MapSharedModels),
                nameof(SharedModelsDashboardEndpointRouteBuilderExtensions.MapSharedModelsDashboard),
                nameof(SharedModelsHealthEndpointRouteBuilderExtensions.MapSharedModelsHealth),
            ],
            methods.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("GET /use")]
    [InlineData("POST /sharedmodels/{id}/preload")]
    public async Task The_log_of_the_server_has_the_details(string exit)
    {
        await using var application = await ExposedApplication.StartAsync(Fault.Load, Environments.Production);
        await application.CallAsync(exit);
        Assert.Contains(
            application.Log.GetSnapshot(),
            static line => line.Message.StartsWith("Returned 503 for ", StringComparison.Ordinal) && line.Message.Contains(
                ExposedApplication.Secret, StringComparison.Ordinal));
    }

    private static IEnumerable<string> RoutesOf(RouteEndpoint endpoint) =>
        (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods
            ?? (endpoint.DisplayName == "Health checks" ? ["GET"] : ["GET", "POST"]))
            .Select(method => $"{method} /{endpoint.RoutePattern.RawText!.TrimStart('/')}");

    private static void IsSilent(string exit, string answer)
    {
        Assert.True(
            !answer.Contains(ExposedApplication.Secret, StringComparison.OrdinalIgnoreCase), $"{exit} exposes text of user code: {answer}");
        Assert.True(!answer.Contains("SharedModels:", StringComparison.OrdinalIgnoreCase), $"{exit} exposes a settings key: {answer}");
        Assert.True(!answer.Contains("AddAuthentication", StringComparison.Ordinal), $"{exit} exposes advice for operators: {answer}");
    }
}
