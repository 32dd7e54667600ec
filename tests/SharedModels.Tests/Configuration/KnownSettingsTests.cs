using Microsoft.Extensions.Configuration;
using SharedModels.Configuration;
using SharedModels.Configuration.Binding;

namespace SharedModels.Tests.Configuration;

/// <summary>The list of keys has a key for each property, and each key sets its own property.</summary>
public sealed class KnownSettingsTests
{
    [Fact]
    public void Every_section_is_known() =>
        Assert.Equal(PropertiesOf<SharedModelsOptions>(), KnownSettings.Sections.Order(StringComparer.Ordinal));

    [Fact]
    public void Every_property_has_a_key()
    {
        Check(KnownSettings.Leasing);
        Check(KnownSettings.Device);
        Check(KnownSettings.Model);
        Check(KnownSettings.Tenant);
    }

    [Theory]
    [InlineData("Leasing:AquireTimeout", "Did you mean 'AcquireTimeout'?")]
    [InlineData("Leasing:acquire_timeout", "Did you mean 'AcquireTimeout'?")]
    [InlineData("Leasing:MaxBypas", "Did you mean 'MaxBypass'?")]
    [InlineData("Devices:cuda:0:MemoryBuget", "Did you mean 'MemoryBudget'?")]
    [InlineData("Devices:cpu:Share", "The keys are MaxConcurrentHolders, MemoryBudget.")]
    [InlineData("Lease:AcquireTimeout", "The keys are Leasing, Devices, Models, Tenants.", "Lease")]
    [InlineData("Modells:a:MaxLeases", "Did you mean 'Models'?", "Modells")]
    public void An_unknown_key_is_reported_with_the_nearest_known_one(string key, string remedy, string? reported = null) =>
        Assert.Equal([$"SharedModels:{reported ?? key} is not a setting and is ignored. {remedy}"], Bind((key, "1")).Warnings);

    [Fact]
    public void Keys_next_to_an_index_belong_to_the_first_device() =>
        Assert.Equal(
            ["SharedModels:Devices:cuda:Budget is not a setting and is ignored. The keys are MaxConcurrentHolders, MemoryBudget."],
            Bind(("Devices:cuda:1:MemoryBudget", "1GiB"), ("Devices:cuda:Budget", "2GiB"), ("Devices:cuda:MemoryBudget", "2GiB")).Warnings);

    [Theory]
    [InlineData("KeepAlve")]
    [InlineData("keepalives")]
    public void A_misspelled_key_of_a_model_is_reported(string key) =>
        Assert.Equal(
            [
                $"SharedModels:Models:a:{key} is not a setting of SharedModels. Did you mean 'KeepAlive'? "
                    + "Ignore this warning if the model has an option of that name.",
            ],
            Bind(($"Models:a:{key}", "4")).Warnings);

    [Theory]
    [InlineData("Models:a:Threshold")]
    [InlineData("Models:a:Weights")]
    [InlineData("Models:a:KEEPALIVE")]
    [InlineData("Models:a:Device:Kind")]
    [InlineData("leasing:acquiretimeout")]
    [InlineData("Cluster:NodePath")]
    [InlineData("Remote:Routing:Seed")]
    public void Other_keys_are_not_reported(string key)
    {
        var report = Bind((key, "00:00:04"));
        Assert.Empty(report.Warnings);
        Assert.Empty(report.Errors);
    }

    private static void Check<TOptions>(IReadOnlyList<Setting<TOptions>> settings)
        where TOptions : new()
    {
        Assert.Equal(PropertiesOf<TOptions>(), settings.Select(static setting => setting.Key).Order(StringComparer.Ordinal));
        foreach (var setting in settings)
        {
            var (before, after) = (new TOptions(), new TOptions());
            var text = Array.Find((string[])["00:00:07", "7", "true", "Accelerator", "Fail"], text => setting.Apply(after, text) is null);
            Assert.NotNull(text);
            var changed = typeof(TOptions).GetProperties().Where(property => !Equals(property.GetValue(before), property.GetValue(after)));
            Assert.Equal([setting.Key], changed.Select(static property => property.Name));
        }
    }

    private static IEnumerable<string> PropertiesOf<TOptions>() =>
        typeof(TOptions).GetProperties().Select(static property => property.Name).Order(StringComparer.Ordinal);

    private static BindingReport Bind(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(static setting =>
                KeyValuePair.Create<string, string?>("SharedModels:" + setting.Key, setting.Value)))
            .Build();
        var options = new SharedModelsOptions();
        SharedModelsOptionsBinder.Bind(configuration.GetSection("SharedModels"), options);
        return options.Report;
    }
}
