using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using SharedModels.Routing;

namespace SharedModels.Orleans.Tests;

public sealed class RemoteModelSettingsTests
{
    [Fact]
    public void A_section_sets_the_settings_of_calls_and_of_the_router()
    {
        var options = Bind(
            ("MaxRemoteBytes", "5"), ("IncludeExceptionDetails", "true"), ("Routing:ReportTimeout", "00:00:03"), ("Routing:Seed", "7"));

        Assert.Equal((5, true), (options.MaxRemoteBytes, options.IncludeExceptionDetails));
        Assert.Equal(new RoutingPolicy { ReportTimeout = TimeSpan.FromSeconds(3), Seed = 7 }, options.Routing);
        Assert.True(new RemoteModelOptionsValidator().Validate(null, options).Succeeded);
    }

    [Fact]
    public void Unknown_keys_are_warnings()
    {
        var options = Bind(("MaxBytes", "5"), ("Routing:MaxAttempt", "5"));

        Assert.Equal(
            [
                "Remote:MaxBytes is not a setting and is ignored. The keys are MaxRemoteBytes, IncludeExceptionDetails, Routing.",
                "Remote:Routing:MaxAttempt is not a setting and is ignored. Did you mean 'MaxAttempts'?",
            ],
            options.Report.Warnings);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4.5)]
    public void A_report_timeout_that_the_reports_do_not_allow_is_rejected(double seconds)
    {
        var options = new RemoteModelOptions();
        options.Routing = options.Routing with { ReportTimeout = TimeSpan.FromSeconds(seconds) };

        var result = new RemoteModelOptionsValidator().Validate(Options.DefaultName, options);

        var failure = Assert.Single(result.Failures!);
        Assert.StartsWith("RemoteModelOptions.Routing.ReportTimeout is", failure, StringComparison.Ordinal);
        Assert.EndsWith(
            "must be from 00:00:01.5000000 to 00:00:04, because nodes report once per second.", failure, StringComparison.Ordinal);
    }

    private static RemoteModelOptions Bind(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(static setting => KeyValuePair.Create($"Remote:{setting.Key}", (string?)setting.Value)))
            .Build();
        var options = new RemoteModelOptions();
        RemoteModelSettings.Of(configuration.GetSection("Remote"))(options);
        return options;
    }
}
