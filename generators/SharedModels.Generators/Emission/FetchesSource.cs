namespace SharedModels.Generators.Emission;

/// <summary>Writes the methods that fetch a model without a scope.</summary>
internal static class FetchesSource
{
    public static string? Emit(List<Accessor> accessors)
    {
        if (accessors.Count == 0)
            return null;
        var source = SourceWriter.Begin();
        source.Append($$"""
            namespace SharedModels
            {
                /// <summary>Fetches each model of this application by its name, for code that has no scope.</summary>
                {{SourceWriter.Marks}}
                internal static class SharedModelFetchExtensions
                {

            """);
        foreach (var accessor in accessors)
        {
            var name = $"Fetch{accessor.Name}Async";
            source.Append($"""
                        /// <summary>Leases model <c>{accessor.Registration.Id}</c>, a <see cref="{accessor.Model.TypeName}"/>, waiting for it and its device.</summary>
                        /// <param name="models">The manager.</param>
                        /// <param name="cancellationToken">Leaves the queue.</param>
                        /// <returns>A lease that is held; dispose it to give the model back.</returns>
                        /// <inheritdoc cref="global::SharedModels.IModelLease.AcquireAsync(global::System.Threading.CancellationToken)" path="/exception"/>
                        public static global::System.Threading.Tasks.ValueTask<{accessor.Lease}> {name}(this global::SharedModels.ISharedModelManager models, global::System.Threading.CancellationToken cancellationToken = default) =>
                            models.FetchModelAsync<{accessor.Model.TypeName}>({accessor.Id}, cancellationToken);

                        /// <summary>Leases model <c>{accessor.Registration.Id}</c>, a <see cref="{accessor.Model.TypeName}"/>, with a priority or timeout of its own.</summary>
                        /// <param name="models">The manager.</param>
                        /// <param name="options">How to wait.</param>
                        /// <param name="cancellationToken">Leaves the queue.</param>
                        /// <returns>A lease that is held; dispose it to give the model back.</returns>
                        /// <inheritdoc cref="global::SharedModels.IModelLease.AcquireAsync(global::SharedModels.AcquireOptions, global::System.Threading.CancellationToken)" path="/exception"/>
                        public static global::System.Threading.Tasks.ValueTask<{accessor.Lease}> {name}(this global::SharedModels.ISharedModelManager models, global::SharedModels.AcquireOptions options, global::System.Threading.CancellationToken cancellationToken = default) =>
                            models.FetchModelAsync<{accessor.Model.TypeName}>({accessor.Id}, options, cancellationToken);


                """);
        }

        source.Length--;
        return source.Append("    }\n}\n").ToString();
    }
}
