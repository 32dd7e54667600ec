using System.Collections.Concurrent;

namespace SharedModels.Tests.Leasing.Batches;

/// <summary>A model whose batches the tests hold up, fail, and read afterwards.</summary>
internal sealed class BatchedModel(long workingBytes = 0) : ISharedModel, IBatchModel<string, string>, IBatchModel<BatchedModel.Keyed, int>
{
    /// <summary>The batches that ran, in order, including failed ones.</summary>
    public ConcurrentQueue<IReadOnlyList<string>> Batches { get; } = [];

    /// <summary>Runs with each batch, on the device's worker. Returns the outputs, or null for the inputs in upper case.</summary>
    public Func<IReadOnlyList<string>, CancellationToken, IReadOnlyList<string>?> OnBatch { get; set; } = static (_, _) => null;

    /// <summary>Indicates whether the model returns null instead of outputs.</summary>
    public bool ReturnsNull { get; set; }

    public ModelFootprint Footprint => new(10, 10, workingBytes);

    public ValueTask LoadAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask ToAsync(Device device, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public IReadOnlyList<string> InvokeBatch(IReadOnlyList<string> inputs, CancellationToken cancellationToken)
    {
        Batches.Enqueue(inputs);
        var outputs = OnBatch(inputs, cancellationToken);
        return ReturnsNull ? null! : outputs ?? [.. inputs.Select(static input => input.ToUpperInvariant())];
    }

    public IReadOnlyList<int> InvokeBatch(IReadOnlyList<Keyed> inputs, CancellationToken cancellationToken)
    {
        Batches.Enqueue([.. inputs.Select(static input => input.Text)]);
        return [.. inputs.Select(static input => input.Text.Length)];
    }

    internal sealed record Keyed(string Text, string? BatchKey) : IBatchInput;
}
