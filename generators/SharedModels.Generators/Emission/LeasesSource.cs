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
                /// <summary>The leases of a scope, one for each model of this application, none of them acquired yet; injected into scoped services and endpoints.</summary>
                {{SourceWriter.Marks}}
                internal sealed class ModelLeases(global::System.IServiceProvider provider)
                {

            """);
        foreach (var accessor in accessors)
        {
            source.Append($"""
                        /// <summary>The scope's lease on model <c>{accessor.Registration.Id}</c>, a <see cref="{accessor.Model.TypeName}"/>; await its <c>AcquireAsync</c> before use.</summary>
                        public {accessor.Lease} {accessor.Name} => {SourceWriter.Services}.ServiceProviderKeyedServiceExtensions.GetRequiredKeyedService<{accessor.Lease}>(provider, {accessor.Id});


                """);
        }

        source.Length--;
        return source.Append("    }\n}\n").ToString();
    }
}
