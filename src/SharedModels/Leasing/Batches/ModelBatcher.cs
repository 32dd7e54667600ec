using SharedModels.Leasing.Requests;
using SharedModels.Registration;
using SharedModels.Scheduling;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Leasing.Batches;

/// <summary>Runs inputs of one type in batches of a model.</summary>
internal sealed class ModelBatcher<TInput, TOutput>(BatchServices services, RegisteredModel model)
{
    private const int MaxUnused = 1024;

    private BatchInput<TInput, TOutput>? _firstUnused;
    private int _unused;

    public BatchServices Services => services;

    public RegisteredModel Model => model;

    /// <summary>Runs an input together with others that wait for the model.</summary>
    /// <param name="input">The input.</param>
    /// <param name="scope">The holder of the caller's other leases, or <see langword="null"/> if it has no scope.</param>
    /// <param name="options">The priority and the timeout of the wait.</param>
    /// <param name="cancellationToken">A token to cancel the input.</param>
    public ValueTask<TOutput> RunAsync(TInput input, ScopeHolder? scope, AcquireOptions options, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<TOutput>(cancellationToken);
        var call = new RunCall<TInput, TOutput>(this, input, scope, options, cancellationToken);
        services.Gate.Enter(ref call);
        if (call.GrantedOn is { } device)
            services.Metrics.Granted(model.Id, device, waited: 0);
        return call.Task;
    }

    /// <summary>Runs an input on a lease that its caller holds.</summary>
    public TOutput RunAlone(object leased, TInput input, CancellationToken cancellationToken)
    {
        var outputs = ((IBatchModel<TInput, TOutput>)leased).InvokeBatch([input], cancellationToken);
        return outputs is [var output] ? output : throw new BatchOutputException(model.Id, inputs: 1, outputs?.Count);
    }

    /// <summary>Takes a request from the pool. Called under the gate's lock.</summary>
    public BatchInput<TInput, TOutput> Take()
    {
        if (_firstUnused is not { } input)
            return new(this, model);
        _firstUnused = input.Next;
        input.Next = null;
        _unused--;
        return input;
    }

    /// <summary>Returns a request that has ended. Called under the gate's lock.</summary>
    public void Return(BatchInput<TInput, TOutput> input)
    {
        if (!input.IsReusable || _unused == MaxUnused)
            return;
        input.Clear();
        input.Next = _firstUnused;
        _firstUnused = input;
        _unused++;
    }

    /// <summary>Creates the lease of a batch.</summary>
    public ModelLease CreateLease() => new ModelLease<object>(services.Leases, services.Invoker, model, holder: null);

    /// <summary>Starts a batch on the worker of its slot.</summary>
    public void Post(BatchInput<TInput, TOutput> first, Action execute)
    {
        try
        {
            services.Invoker.WorkerAt(first.GrantedOn!, first.Slot).Post(execute);
        }
        catch (ObjectDisposedException)
        {
            services.Gate.Enter(
                (Batcher: this, first),
                static (scheduler, now, call) =>
                {
                    call.first.Failure = new ManagerShuttingDownException(
                        $"The batch of model '{call.first.Model.Id}' did not run because the application has stopped.");
                    var end = call.first.TakeResult();
                    call.Batcher.Services.Leases.GiveBack(scheduler, now, call.first);
                    return end;
                },
                static (_, end) => end.Complete());
        }
    }

    /// <summary>Cancels an input because its caller's token was canceled.</summary>
    public void Cancel(BatchInput<TInput, TOutput> input, CancellationToken token)
    {
        var (abandoned, _, released) = services.Gate.Enter(
            (services.Leases, input, token),
            static (scheduler, now, call) => Cancel(call.Leases, scheduler, now, call.input, call.token),
            static (_, canceled) => canceled.Wait.Complete());
        _ = abandoned?.Loss?.CancelAsync();
        services.Leases.Report(released);
    }

    /// <summary>Reports a batch to listeners.</summary>
    public void Report(Batch<TInput, TOutput> batch, long ticks)
    {
        var device = batch.Device.Device;
        for (var i = 0; i < batch.Waited.Length; i++)
        {
            if (i >= batch.FirstOther)
                services.Metrics.Granted(model.Id, device, batch.Waited[i]);
            services.Metrics.BatchWaited(model.Id, device, batch.Waited[i]);
        }

        if (batch.Size > 0)
            services.Metrics.BatchRan(model.Id, device, batch.Size, batch.Splits, ticks);
        services.Metrics.Released(model.Id, device, ticks);
    }

    private static (ModelLease? Abandoned, CompletedWait<TOutput> Wait, ReleasedLease Released) Cancel(
        LeaseService leases, LeaseScheduler scheduler, long now, BatchInput<TInput, TOutput> input, CancellationToken token)
    {
        // The request object may already belong to another caller.
        if (input.CallerToken != token || input.IsCanceled || input.RequestState == RequestState.Idle && input.Batch is null)
            return default;
        input.IsCanceled = true;
        if (input.Batch is { } batch)
            return (batch.NoteCanceled(), default, default);
        input.Failure = new OperationCanceledException(token);
        var released = input.RequestState == RequestState.Waiting ? leases.Cancel(scheduler, now, input) : default;
        return (null, new((LeaseWait<TOutput>?)(released.Wait ?? input.TakeWait()), default!, input.Failure), released);
    }
}
