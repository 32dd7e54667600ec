using SharedModels.Leasing.Requests;
using SharedModels.Registration;

namespace SharedModels.Leasing.Batches;

/// <inheritdoc cref="BatchInput"/>
/// <param name="batcher">The batcher that runs the input, and that the request returns to.</param>
/// <param name="model">The model.</param>
internal sealed class BatchInput<TInput, TOutput>(ModelBatcher<TInput, TOutput> batcher, RegisteredModel model) : BatchInput(model)
{
    /// <summary>The caller's input.</summary>
    public TInput Input { get; set; } = default!;

    /// <summary>The batch that the input runs in.</summary>
    public Batch<TInput, TOutput>? Batch { get; set; }

    /// <summary>The output, once there is one.</summary>
    public TOutput Output { get; set; } = default!;

    /// <summary>The exception that ends the input, if it failed.</summary>
    public Exception? Failure { get; set; }

    /// <summary>The next unused request.</summary>
    public BatchInput<TInput, TOutput>? Next { get; set; }

    /// <summary>Takes the caller's wait with its result. Called under the gate's lock.</summary>
    public CompletedWait<TOutput> TakeResult() => new((LeaseWait<TOutput>?)TakeWait(), Output, Failure);

    /// <summary>Resets the request for the next input.</summary>
    public void Clear()
    {
        Close();
        (Input, Output, Failure, Batch, Lease, IsCanceled, Caller) = (default!, default!, null, null, null, false, default);
    }

    internal override void OnTokenFired(CancellationToken token) => batcher.Cancel(this, token);

    internal override void Recycle() => batcher.Return(this);

    protected override ModelLease CreateLease() => batcher.CreateLease();

    protected override void Post(Action execute) => batcher.Post(this, execute);

    protected override void Execute() => new Batch<TInput, TOutput>(batcher, this).Run();
}
