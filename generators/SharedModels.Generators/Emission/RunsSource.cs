using System.Text;
using SharedModels.Generators.Model;

namespace SharedModels.Generators.Emission;

/// <summary>Writes the methods that run one input of a batch model.</summary>
internal static class RunsSource
{
    private const string Options = "global::SharedModels.AcquireOptions";
    private const string Token = "global::System.Threading.CancellationToken";

    public const string Type = "SharedModelRunExtensions";

    public static string Declare() => SourceWriter.Declare(
        "Methods that run one input of a model of this application in a batch with waiting inputs of other callers.",
        $"static partial class {Type}");

    public static void Append(StringBuilder source, NamedModel model)
    {
        foreach (var batch in model.Model.Batches)
        {
            Append(source, batch, new(
                $"Runs one input of a <see cref=\"{model.Model.TypeName}\"/> in a batch with waiting inputs of other callers",
                "RunAsync",
                model.Lease,
                "lease",
                "A lease on the model, which need not be acquired. If it is held, the input runs on it, without other inputs.",
                "global::SharedModels.IModelLease{T}.RunAsync{TInput, TOutput}",
                ""));
        }

        foreach (var (name, registration) in model.Registrations)
        {
            foreach (var batch in model.Model.Batches)
            {
                Append(source, batch, new(
                    $"Runs one input of the model <c>{registration.Id}</c>, a <see cref=\"{model.Model.TypeName}\"/>, "
                    + "in a batch with waiting inputs of other callers",
                    $"Run{name}Async",
                    "global::SharedModels.ISharedModelManager",
                    "models",
                    "The manager.",
                    "global::SharedModels.ISharedModelManager.RunAsync{TInput, TOutput}",
                    $"{registration.Literal}, "));
            }
        }
    }

    private static void Append(StringBuilder source, BatchTypes batch, Method method) => source.Append($"""
                /// <summary>{method.Summary}.</summary>
                /// <param name="{method.Receiver}">{method.ReceiverSummary}</param>
                /// <param name="input">The input. It must not change before the task has completed.</param>
                /// <param name="cancellationToken">A token to cancel the input. An input that is waiting leaves the queue. A batch that runs is stopped when all its inputs are canceled.</param>
                /// <returns>A task that completes with the output. Await it only once.</returns>
                /// <inheritdoc cref="{method.Target}" path="/exception"/>
                public static global::System.Threading.Tasks.ValueTask<{batch.Output}> {method.Name}(this {method.ReceiverType} {method.Receiver}, {batch.Input} input, {Token} cancellationToken = default) =>
                    {method.Receiver}.RunAsync<{batch.Input}, {batch.Output}>({method.Arguments}input, null, cancellationToken);

                /// <summary>{method.Summary}, with the specified priority and timeout.</summary>
                /// <param name="{method.Receiver}">{method.ReceiverSummary}</param>
                /// <param name="input">The input. It must not change before the task has completed.</param>
                /// <param name="options">The priority and the timeout of the wait for the batch.</param>
                /// <param name="cancellationToken">A token to cancel the input. An input that is waiting leaves the queue. A batch that runs is stopped when all its inputs are canceled.</param>
                /// <returns>A task that completes with the output. Await it only once.</returns>
                /// <inheritdoc cref="{method.Target}" path="/exception"/>
                public static global::System.Threading.Tasks.ValueTask<{batch.Output}> {method.Name}(this {method.ReceiverType} {method.Receiver}, {batch.Input} input, {Options} options, {Token} cancellationToken = default) =>
                    {method.Receiver}.RunAsync<{batch.Input}, {batch.Output}>({method.Arguments}input, options, cancellationToken);


        """);

    /// <summary>The texts of the two overloads of a method.</summary>
    private sealed record Method(
        string Summary, string Name, string ReceiverType, string Receiver, string ReceiverSummary, string Target, string Arguments);
}
