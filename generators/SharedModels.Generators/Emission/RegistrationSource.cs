using System.Globalization;
using System.Text;
using SharedModels.Generators.Model;

namespace SharedModels.Generators.Emission;

/// <summary>Writes <c>AddSharedModels</c>.</summary>
internal static class RegistrationSource
{
    private const string Services = SourceWriter.Services;

    public const string Type = "SharedModelsGeneratedExtensions";

    private const string Builder = $"{Services}.ISharedModelsBuilder";
    private const string Manager = $"{Services}.SharedModelsServiceCollectionExtensions";

    public static string Emit(EquatableArray<string> names)
    {
        var source = SourceWriter.Begin();
        source.Append($$"""
            namespace Microsoft.Extensions.DependencyInjection
            {
                /// <summary>Registers the shared models of this application and of the libraries that it references.</summary>
                {{SourceWriter.Marks}}
                internal static partial class {{Type}}
                {
                    /// <summary>Registers the manager, every model, and a scoped lease on each model. It is safe to call this method more than once.</summary>
                    /// <param name="services">The application's services.</param>
                    /// <returns>A builder to add more models.</returns>
                    public static {{Builder}} AddSharedModels(this {{Services}}.IServiceCollection services) =>
                        AddModels({{Manager}}.AddSharedModelManager(services));

                    /// <inheritdoc cref="AddSharedModels({{Services}}.IServiceCollection)"/>
                    /// <param name="services">The application's services.</param>
                    /// <param name="configure">Changes the settings.</param>
                    public static {{Builder}} AddSharedModels(this {{Services}}.IServiceCollection services, global::System.Action<global::SharedModels.Configuration.SharedModelsOptions> configure) =>
                        AddModels({{Manager}}.AddSharedModelManager(services, configure));

                    /// <inheritdoc cref="AddSharedModels({{Services}}.IServiceCollection)"/>
                    /// <param name="services">The application's services.</param>
                    /// <param name="section">The settings: <c>configuration.GetSection("SharedModels")</c>.</param>
                    public static {{Builder}} AddSharedModels(this {{Services}}.IServiceCollection services, global::Microsoft.Extensions.Configuration.IConfigurationSection section) =>
                        AddModels({{Manager}}.AddSharedModelManager(services, section));

                    private static {{Builder}} AddModels({{Builder}} builder)
                    {

            """);
        if (names.Count > 0)
            source.Append(
                $"            {Services}.Extensions.ServiceCollectionDescriptorExtensions.TryAddScoped(builder.Services, static provider "
                + $"=> new global::SharedModels.{LeasesSource.Type}(provider));\n");
        foreach (var name in names)
            source.Append($"            Register{name}(builder);\n");
        return source.Append("            return builder;\n        }\n    }\n}\n").ToString();
    }

    public static void Append(StringBuilder source, NamedModel named)
    {
        var model = named.Model;
        source.Append($"        private static void Register{named.Name}({Builder} builder)\n        {{\n");
        foreach (var registration in model.Registrations)
        {
            var id = registration.Literal;
            foreach (var options in model.Parameters.Select(static parameter => parameter.OptionsName).OfType<string>().Distinct())
                source.Append(
                    $"            {Services}.ModelOptionsExtensions.AddModelOptions<{options}>(builder, {id}, "
                    + $"{OptionsSource.BinderOf(options)});\n");
            var add = model.Kind == ModelKind.TorchModule
                ? $"global::{KnownNames.TorchExtensions}.AddTorchModule"
                : $"{Manager}.AddModel";
            source.Append(
                $"            {add}<{model.TypeName}>(builder, {id}, static provider => "
                + $"{Construct(model, registration)}{Configure(registration)});\n");
        }

        source.Append("        }\n\n");
    }

    private static string Construct(ModelClass model, ModelRegistration registration)
    {
        var arguments = model.Parameters.Select(parameter => $"@{parameter.Name}: {Resolve(parameter, registration.Literal)}");
        return $"new {model.TypeName}({string.Join(", ", arguments)})";
    }

    private static string Resolve(ConstructorParameter parameter, string id)
    {
        var key = parameter.InheritsKey ? id : parameter.Key;
        var (extensions, suffix, tail) = key is null
            ? ("ServiceProviderServiceExtensions", "Service", "")
            : ("ServiceProviderKeyedServiceExtensions", "KeyedService", $", {key}");
        return parameter switch
        {
            { IsId: true } => id,
            { OptionsName: { } options } => $"{Services}.ModelOptionsExtensions.GetModelOptions<{options}>(provider, {id})",
            { Default: null } => $"{Services}.{extensions}.GetRequired{suffix}<{parameter.TypeName}>(provider{tail})",
            { IsValueType: true } =>
                $"({parameter.TypeName}?){Services}.{extensions}.Get{suffix}(provider, typeof({parameter.TypeName}){tail}) ?? "
                + $"{parameter.Default}",
            { Default: "null" } =>
                $"{Services}.{extensions}.Get{suffix}<{parameter.TypeName}>(provider{tail}){(parameter.TakesNull ? "" : "!")}",
            _ => $"{Services}.{extensions}.Get{suffix}<{parameter.TypeName}>(provider{tail}) ?? {parameter.Default}",
        };
    }

    private static string Configure(ModelRegistration registration)
    {
        var settings = new StringBuilder();
        if (registration.Device is { } device)
            settings.Append($" options.Device = global::SharedModels.DevicePreference.{device};");
        if (registration.MaxLeases is { } maxLeases)
            settings.Append($" options.MaxLeases = {maxLeases.ToString(CultureInfo.InvariantCulture)};");
        if (registration.MaxReplicas is { } maxReplicas)
            settings.Append($" options.MaxReplicas = {maxReplicas.ToString(CultureInfo.InvariantCulture)};");
        if (registration.KeepAlive is { } keepAlive)
            settings.Append($" options.KeepAlive = {CSharpLiteral.OfTime(keepAlive)};");
        if (registration.MaxBatchSize is { } maxBatchSize)
            settings.Append($" options.MaxBatchSize = {maxBatchSize.ToString(CultureInfo.InvariantCulture)};");
        if (registration.BatchFailure is { } batchFailure)
            settings.Append($" options.BatchFailure = global::SharedModels.BatchFailure.{batchFailure};");
        return settings.Length == 0 ? "" : $", static options => {{{settings} }}";
    }
}
