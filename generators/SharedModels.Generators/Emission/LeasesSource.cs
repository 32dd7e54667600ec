using System.Text;
using SharedModels.Generators.Model;

namespace SharedModels.Generators.Emission;

/// <summary>Writes <c>ModelLeases</c>.</summary>
internal static class LeasesSource
{
    public const string Type = "ModelLeases";

    public static string Declare() => SourceWriter.Declare(
        "The leases of a scope, one for each model of this application. They are not acquired yet. Inject it into scoped services and "
        + "endpoints.",
        $"sealed partial class {Type}",
        $$"""
                private readonly global::System.IServiceProvider _provider;

                /// <summary>Creates the leases of a scope.</summary>
                /// <param name="provider">The services of the scope.</param>
                public {{Type}}(global::System.IServiceProvider provider) => _provider = provider;

        """);

    public static void Append(StringBuilder source, NamedModel model)
    {
        var exception = model.Model.Batches.Count > 0 ? ", except for <c>RunAsync</c>" : "";
        foreach (var (name, registration) in model.Registrations)
        {
            source.Append($"""
                        /// <summary>The scope's lease on the model <c>{registration.Id}</c>, a <see cref="{model.Model.TypeName}"/>. Await its <c>AcquireAsync</c> before use{exception}.</summary>
                        public {model.Lease} {name} => {SourceWriter.Services}.ServiceProviderKeyedServiceExtensions.GetRequiredKeyedService<{model.Lease}>(_provider, {registration.Literal});


                """);
        }
    }
}
