using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SharedModels.Configuration;

namespace SharedModels.Tests.DependencyInjection.Options;

/// <summary>The options of a model come from <c>SharedModels:Models:&lt;id&gt;</c>.</summary>
public sealed class ModelOptionsTests
{
    [Fact]
    public async Task Every_kind_of_property_is_read_from_the_section_of_the_model()
    {
        var (_, services) = Build(
            ("Folder", "/models"),
            ("Threshold", "0.25"),
            ("IsFast", "true"),
            ("Day", "friday"),
            ("Patience", "00:00:07"),
            ("Source", "https://example.org/x"),
            ("Labels:0", "a"),
            ("Labels:1", "b"),
            ("Sizes:0", "640"), ("Scores:owl", "0.9"), ("Tiling:Size", "512"), ("MaxLeases", "4"));
        await using var all = services;
        await using var lease = await services.GetRequiredService<ISharedModelManager>().FetchTunedModelAsync();
        var options = lease.Model.Options.CurrentValue;
        Assert.Equal("tuned", lease.Model.OwnId);
        Assert.Equal(
            ("/models", 0.25f, true, DayOfWeek.Friday, TimeSpan.FromSeconds(7)),
            (options.Folder, options.Threshold, options.IsFast, options.Day, options.Patience));
        Assert.Equal(new Uri("https://example.org/x"), options.Source);
        Assert.Equal(["a", "b"], options.Labels);
        Assert.Equal([640], options.Sizes);
        Assert.Equal([("default", 1), ("owl", 0.9)], options.Scores.Select(static score => (score.Key, score.Value)));
        Assert.Equal((512, 3), (options.Tiling!.Size, options.Tiling.Overlap));
        Assert.Equal(4, options.MaxLeases);
        Assert.Equal(4, services.GetRequiredService<IOptions<SharedModelsOptions>>().Value.Models["tuned"].MaxLeases);
        Assert.Same(options, lease.Model.Options.Get("tuned"));
    }

    [Fact]
    public async Task Missing_values_keep_their_defaults_and_other_ids_have_their_own_values()
    {
        var (_, services) = Build(("Threshold", "0.25"));
        await using var all = services;
        await using var scope = services.CreateAsyncScope();
        var leases = scope.ServiceProvider.GetRequiredService<ModelLeases>();
        await services.GetRequiredService<ISharedModelManager>().AcquireAllAsync([leases.TunedModel, leases.TunedLarge]);
        var (options, large) = (leases.TunedModel.Model.Options.CurrentValue, leases.TunedLarge.Model.Options.CurrentValue);
        Assert.Equal(
            ("default", 0.25f, TimeSpan.FromSeconds(1), null), (options.Folder, options.Threshold, options.Patience, options.Tiling));
        Assert.Equal(["default"], options.Labels);
        Assert.Equal([1, 2], options.Sizes);
        Assert.Equal(("tuned-large", 0.5f), (leases.TunedLarge.Model.OwnId, large.Threshold));
    }

    [Fact]
    public async Task A_model_is_constructed_with_options_that_their_monitor_has_not_noticed_yet()
    {
        var (configuration, services) = Build(("Folder", "/old"));
        await using var all = services;
        Assert.Equal("/old", services.GetRequiredService<IOptionsMonitor<TunedOptions>>().Get(SharedModelIds.TunedModel).Folder);
        configuration["SharedModels:Models:tuned:Folder"] = "/new";
        await using var lease = await services.GetRequiredService<ISharedModelManager>().FetchTunedModelAsync();
        Assert.Equal("/new", lease.Model.Options.CurrentValue.Folder);
    }

    [Fact]
    public async Task An_empty_text_means_no_value_for_an_optional_property()
    {
        var (_, services) = Build(("Patience", ""), ("Folder", ""));
        await using var all = services;
        var options = services.GetModelOptions<TunedOptions>(SharedModelIds.TunedModel).CurrentValue;
        Assert.Null(options.Patience);
        Assert.Equal("", options.Folder);
    }

    [Fact]
    public async Task Unnamed_options_apply_to_every_id_and_named_options_to_one()
    {
        var (_, services) = Build(
            static services => services
                .Configure<TunedOptions>(static options => (options.Folder, options.Threshold, options.IsFast) = ("all", 0.1f, true))
                .PostConfigure<TunedOptions>(static options => options.Folder += "!")
                .Configure<TunedOptions>(SharedModelIds.TunedLarge, static options => options.IsFast = false),
            ("Threshold", "0.25"));
        await using var all = services;
        var options = services.GetModelOptions<TunedOptions>("tuned").CurrentValue;
        var large = services.GetModelOptions<TunedOptions>("tuned-large").CurrentValue;
        var unnamed = services.GetRequiredService<IOptions<TunedOptions>>().Value;
        Assert.Equal(("all!", 0.25f, true), (options.Folder, options.Threshold, options.IsFast));
        Assert.Equal(("all!", 0.1f, false), (large.Folder, large.Threshold, large.IsFast));
        Assert.Equal(("all!", 0.1f, true), (unnamed.Folder, unnamed.Threshold, unnamed.IsFast));
    }

    [Fact]
    public async Task Configuration_of_all_names_applies_once()
    {
        var (_, services) = Build(static services => services
            .ConfigureAll<TunedOptions>(static options => options.Folder += " configured")
            .PostConfigureAll<TunedOptions>(static options => options.Folder += " checked"));
        await using var all = services;
        Assert.Equal("default configured checked", services.GetModelOptions<TunedOptions>("tuned").CurrentValue.Folder);
    }

    [Fact]
    public async Task Changes_of_the_configuration_reach_the_affected_model()
    {
        var (configuration, services) = Build(("Threshold", "0.25"));
        await using var all = services;
        var seen = new List<(string?, float)>();
        var monitor = services.GetModelOptions<TunedOptions>("tuned");
        using var listening = monitor.OnChange((options, name) => seen.Add((name, options.Threshold)));
        Assert.Equal(0.25f, monitor.CurrentValue.Threshold);
        configuration["SharedModels:Models:tuned:Threshold"] = "0.75";
        configuration.Reload();
        Assert.Equal(0.75f, monitor.CurrentValue.Threshold);
        Assert.Equal([("tuned", 0.75f)], seen);
    }

    [Theory]
    [InlineData("Tiling:Size", "big", "is 'big', which is not a valid Int32. The input string 'big' was not in a correct format.")]
    [InlineData(
        "Patience",
        "4",
        "is '4', which is not a valid TimeSpan. Write a time as hh:mm:ss or d.hh:mm:ss, for example 00:00:30 for 30 seconds.")]
    public async Task A_value_that_cannot_be_read_is_reported_with_its_key(string key, string value, string problem)
    {
        var (_, services) = Build((key, value));
        await using var all = services;
        var exception = Assert.ThrowsAny<OptionsValidationException>(() => services.GetModelOptions<TunedOptions>("tuned").CurrentValue);
        Assert.Equal($"SharedModels:Models:tuned:{key} {problem}", exception.Message);
    }

    [Fact]
    public async Task A_value_that_cannot_be_read_keeps_the_application_from_starting()
    {
        var (_, services) = Build(("Threshold", "much"));
        await using var all = services;
        Assert.ThrowsAny<OptionsValidationException>(services.GetRequiredService<IStartupValidator>().Validate);
    }

    [Fact]
    public async Task Without_a_section_the_application_s_configuration_is_used_and_without_that_nothing()
    {
        var configuration = Configuration(("Threshold", "0.25"));
        await using var with = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddSharedModels().Services
            .BuildServiceProvider();
        await using var without = new ServiceCollection().AddSharedModels().Services.BuildServiceProvider();
        Assert.Equal(0.25f, with.GetModelOptions<TunedOptions>("tuned").CurrentValue.Threshold);
        Assert.Equal(0.5f, without.GetModelOptions<TunedOptions>("tuned").CurrentValue.Threshold);
    }

    [Fact]
    public async Task Adding_the_models_twice_reads_lists_once()
    {
        var section = Configuration(("Labels:0", "a"), ("Sizes:0", "7")).GetSection("SharedModels");
        await using var services = new ServiceCollection()
            .AddSharedModels(section).Services
            .AddSharedModels(section).Services
            .BuildServiceProvider();
        var options = services.GetModelOptions<TunedOptions>("tuned").CurrentValue;
        Assert.Equal(["a"], options.Labels);
        Assert.Equal([7], options.Sizes);
    }

    private static (IConfigurationRoot Configuration, ServiceProvider Services) Build(params (string Key, string Value)[] settings) =>
        Build(static _ => { }, settings);

    private static (IConfigurationRoot Configuration, ServiceProvider Services) Build(
        Action<IServiceCollection> configure, params (string Key, string Value)[] settings)
    {
        var configuration = Configuration(settings);
        var services = new ServiceCollection();
        services.AddSharedModels(configuration.GetSection("SharedModels"));
        configure(services);
        return (
            configuration, services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = false, ValidateScopes = true }));
    }

    private static IConfigurationRoot Configuration(params (string Key, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(
            static setting => KeyValuePair.Create<string, string?>($"SharedModels:Models:tuned:{setting.Key}", setting.Value)))
        .Build();
}
