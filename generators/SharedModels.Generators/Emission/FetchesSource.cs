using System.Text;
using SharedModels.Generators.Model;

namespace SharedModels.Generators.Emission;

/// <summary>Writes the methods that fetch a model without a scope.</summary>
internal static class FetchesSource
{
    public const string Type = "SharedModelFetchExtensions";

    public static string Declare() => SourceWriter.Declare(
        "Methods that fetch each model of this application by name, for code that has no scope.", $"static partial class {Type}");

    public static void Append(StringBuilder source, NamedModel model)
    {
        foreach (var (name, registration) in model.Registrations)
        {
            var method = $"Fetch{name}Async";
            source.Append($"""
                        /// <summary>Leases the model <c>{registration.Id}</c>, a <see cref="{model.Model.TypeName}"/>. Waits for the model and its device.</summary>
                        /// <param name="models">The manager.</param>
                        /// <param name="cancellationToken">A token to cancel the request. A queued request is removed from the queue.</param>
                        /// <returns>An acquired lease. Dispose it to release the model.</returns>
                        /// <inheritdoc cref="global::SharedModels.IModelLease.AcquireAsync(global::System.Threading.CancellationToken)" path="/exception"/>
                        public static global::System.Threading.Tasks.ValueTask<{model.Lease}> {method}(this global::SharedModels.ISharedModelManager models, global::System.Threading.CancellationToken cancellationToken = default) =>
                            models.FetchModelAsync<{model.Model.TypeName}>({registration.Literal}, cancellationToken);

                        /// <summary>Leases the model <c>{registration.Id}</c>, a <see cref="{model.Model.TypeName}"/>, with the specified priority and timeout.</summary>
                        /// <param name="models">The manager.</param>
                        /// <param name="options">The priority and the timeout of the request.</param>
                        /// <param name="cancellationToken">A token to cancel the request. A queued request is removed from the queue.</param>
                        /// <returns>An acquired lease. Dispose it to release the model.</returns>
                        /// <inheritdoc cref="global::SharedModels.IModelLease.AcquireAsync(global::SharedModels.AcquireOptions, global::System.Threading.CancellationToken)" path="/exception"/>
                        public static global::System.Threading.Tasks.ValueTask<{model.Lease}> {method}(this global::SharedModels.ISharedModelManager models, global::SharedModels.AcquireOptions options, global::System.Threading.CancellationToken cancellationToken = default) =>
                            models.FetchModelAsync<{model.Model.TypeName}>({registration.Literal}, options, cancellationToken);


                """);
        }
    }
}
