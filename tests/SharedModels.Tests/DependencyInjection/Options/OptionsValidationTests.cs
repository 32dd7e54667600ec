using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace SharedModels.Tests.DependencyInjection.Options;

/// <summary>Options that implement <see cref="IValidatableObject"/> validate themselves when the application starts.</summary>
public sealed class OptionsValidationTests
{
    [Fact]
    public async Task An_invalid_value_stops_the_start_with_its_key()
    {
        using var host = Build("SharedModels", static _ => { }, ("SharedModels:Models:strict:Size", "-1"));
        var error = await Assert.ThrowsAnyAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Equal("SharedModels:Models:strict:Size is -1.", error.Message);
    }

    [Fact]
    public async Task The_key_belongs_to_the_given_section()
    {
        using var host = Build("Pool", static _ => { }, ("Pool:Models:strict:Size", "-1"));
        var error = await Assert.ThrowsAnyAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Equal("Pool:Models:strict:Size is -1.", error.Message);
    }

    [Fact]
    public async Task Values_configured_in_code_are_validated_too()
    {
        using var host = Build(
            "SharedModels", static services => services.Configure<StrictOptions>("strict", static options => options.Size = -2));
        var error = await Assert.ThrowsAnyAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Equal("SharedModels:Models:strict:Size is -2.", error.Message);
    }

    [Fact]
    public async Task Invalid_defaults_of_an_unconfigured_model_do_not_stop_the_start()
    {
        using var host = Build("SharedModels", static _ => { });
        await host.StartAsync();
        await host.StopAsync();
    }

    [Fact]
    public async Task Defaults_are_validated_if_any_setting_of_the_model_exists()
    {
        using var host = Build("SharedModels", static _ => { }, ("SharedModels:Models:strict:KeepAlive", "00:01:00"));
        var error = await Assert.ThrowsAnyAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Equal("SharedModels:Models:strict:Size is 0.", error.Message);
    }

    private static IHost Build(string section, Action<IServiceCollection> configure, params (string Key, string Value)[] settings)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(settings.Select(static pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)));
        builder.Services.AddSharedModelManager(builder.Configuration.GetSection(section))
            .AddModel("strict", static _ => new object())
            .AddModelOptions<StrictOptions>(
                "strict",
                static (section, options) => options.Size = section["Size"] is { } size
                    ? int.Parse(size, System.Globalization.CultureInfo.InvariantCulture)
                    : options.Size);
        configure(builder.Services);
        return builder.Build();
    }

    private sealed class StrictOptions : IValidatableObject
    {
        public int Size { get; set; }

        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
        {
            if (Size < 1)
                yield return new($"{validationContext.DisplayName}:{nameof(Size)} is {Size}.");
        }
    }
}
