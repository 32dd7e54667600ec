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
                /// <summary>Methods that fetch each model of this application by name, for code that has no scope.</summary>
                {{SourceWriter.Marks}}
                internal static class SharedModelFetchExtensions
                {

            """);
        foreach (var accessor in accessors)
        {
            var name = $"Fetch{accessor.Name}Async";
            source.Append($"""
                        /// <summary>Leases the model <c>{accessor.Registration.Id}</c>, a <see cref="{accessor.Model.TypeName}"/>. Waits for the model and its device.</summary>
                        /// <param name="models">The manager.</param>
                        /// <param name="cancellationToken">A token to cancel the request. A queued request is removed from the queue.</param>
                        /// <returns>An acquired lease. Dispose it to release the model.</returns>
                        /// <inheritdoc cref="global::SharedModels.IModelLease.AcquireAsync(global::System.Threading.CancellationToken)" path="/exception"/>
                        public static global::System.Threading.Tasks.ValueTask<{accessor.Lease}> {name}(this global::SharedModels.ISharedModelManager models, global::System.Threading.CancellationToken cancellationToken = default) =>
                            models.FetchModelAsync<{accessor.Model.TypeName}>({accessor.Id}, cancellationToken);

                        /// <summary>Leases the model <c>{accessor.Registration.Id}</c>, a <see cref="{accessor.Model.TypeName}"/>, with the specified priority and timeout.</summary>
                        /// <param name="models">The manager.</param>
                        /// <param name="options">The priority and the timeout of the request.</param>
                        /// <param name="cancellationToken">A token to cancel the request. A queued request is removed from the queue.</param>
                        /// <returns>An acquired lease. Dispose it to release the model.</returns>
                        /// <inheritdoc cref="global::SharedModels.IModelLease.AcquireAsync(global::SharedModels.AcquireOptions, global::System.Threading.CancellationToken)" path="/exception"/>
                        public static global::System.Threading.Tasks.ValueTask<{accessor.Lease}> {name}(this global::SharedModels.ISharedModelManager models, global::SharedModels.AcquireOptions options, global::System.Threading.CancellationToken cancellationToken = default) =>
                            models.FetchModelAsync<{accessor.Model.TypeName}>({accessor.Id}, options, cancellationToken);


                """);
        }

        source.Length--;
        return source.Append("    }\n}\n").ToString();
    }
}
