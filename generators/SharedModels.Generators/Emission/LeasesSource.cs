namespace SharedModels.Generators.Emission;

/// <summary>Writes <c>ModelLeases</c>.</summary>
internal static class LeasesSource
{
    public static string? Emit(List<Accessor> accessors)
    {
        if (accessors.Count == 0)
            return null;
        var source = SourceWriter.Begin();
        source.Append($$"""
            namespace SharedModels
            {
                /// <summary>The leases of a scope, one for each model of this application. They are not acquired yet. Inject it into scoped services and endpoints.</summary>
                {{SourceWriter.Marks}}
                internal sealed class ModelLeases(global::System.IServiceProvider provider)
                {

            """);
        foreach (var accessor in accessors)
        {
            var exception = accessor.Model.Batches.Count > 0 ? ", except for <c>RunAsync</c>" : "";
            source.Append($"""
                        /// <summary>The scope's lease on the model <c>{accessor.Registration.Id}</c>, a <see cref="{accessor.Model.TypeName}"/>. Await its <c>AcquireAsync</c> before use{exception}.</summary>
                        public {accessor.Lease} {accessor.Name} => {SourceWriter.Services}.ServiceProviderKeyedServiceExtensions.GetRequiredKeyedService<{accessor.Lease}>(provider, {accessor.Id});


                """);
        }

        source.Length--;
        return source.Append("    }\n}\n").ToString();
    }
}
