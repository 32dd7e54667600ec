using System.Runtime.ExceptionServices;
using SharedModels.Coordination;
using SharedModels.Devices;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Placement;

namespace SharedModels.Leasing.Invocations;

/// <summary>Runs user code that uses leased models on the workers of their devices.</summary>
internal sealed class LeaseInvoker(SchedulerGate gate, LeaseService leases, DeviceCatalog devices) : IDisposable
{
    private readonly Dictionary<ScheduledDevice, DeviceWorkers> _workers = devices.Devices.ToDictionary(
        static device => device, static device => new DeviceWorkers(device.Device));

    /// <summary>Runs code on the device's worker. Code that is already on that worker runs immediately.</summary>
    public ValueTask<TResult> InvokeAsync<TResult>(ModelLease lease, Func<object, TResult> code, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<TResult>(cancellationToken)
            : Invoke(Begin(lease, canBeStopped: false, isStream: false), code, context: null, cancellationToken);

    /// <summary>
    /// Runs asynchronous code on the device's worker, which runs its continuations, and nothing else, until its task has completed.
    /// </summary>
    /// <param name="lease">The lease.</param>
    /// <param name="code">The code.</param>
    /// <param name="resultOf">Returns the result of the code's completed task, or throws its exception.</param>
    /// <param name="cancellationToken">A token to cancel the code.</param>
    public ValueTask<TResult> InvokeAsync<TResult>(
        ModelLease lease, Func<object, CancellationToken, Task> code, Func<Task, TResult> resultOf, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<TResult>(cancellationToken);
        var use = Begin(lease, canBeStopped: true, isStream: false);
        var context = new UseContext();
        return Invoke(
            use,
            model =>
            {
                if (use.Loss.IsCancellationRequested)
                    throw use.LossException();
                var cancellation = new UseCancellation(cancellationToken, use.Loss);
                var task = context.Run(() => code(model, cancellation.Token));
                cancellation.End();
                ThrowIfLost(use, task);
                try
                {
                    return resultOf(task);
                }
                catch (OperationCanceledException exception) when (cancellation.Token.IsCancellationRequested)
                {
                    throw cancellationToken.IsCancellationRequested
                        ? new OperationCanceledException(exception.Message, exception, cancellationToken)
                        : use.LossException(exception);
                }
            },
            context,
            cancellationToken);
    }

    /// <summary>Begins a use that does not occupy the worker while it waits.</summary>
    /// <exception cref="InvalidOperationException">The caller occupies the worker.</exception>
    public LeasedUse BeginStream(ModelLease lease)
    {
        var use = Begin(lease, canBeStopped: true, isStream: true);
        try
        {
            ThrowIfOccupied(use);
        }
        catch (InvalidOperationException)
        {
            End(use, failure: null, static () => { });
            throw;
        }

        return use;
    }

    /// <summary>True for code that the worker runs or waits for. If it waited for the worker, it would wait for itself.</summary>
    public static bool IsOccupied(LeasedUse use) => use.Worker.IsCurrent || LeaseFlow.Occupies(use.Worker);

    /// <exception cref="InvalidOperationException">The caller occupies the worker.</exception>
    public static void ThrowIfOccupied(LeasedUse use)
    {
        if (IsOccupied(use))
            throw new InvalidOperationException(
                $"A stream of model '{use.ModelId}' cannot be read by code that runs on the worker of device {use.Device}, because the "
                + "stream needs that worker. Enumerate the items of the model directly in that code.");
    }

    /// <summary>Ends a use, and releases the model if the lease has been disposed meanwhile.</summary>
    public void End(LeasedUse use, Exception? failure, Action complete)
    {
        // Report the loss first, so that the lease is already lost when the caller sees the exception.
        var loss = failure is not null && IsLoss(use, failure) ? Failure.Of(failure) : null;
        var released = gate.Enter(
            (Leases: leases, use, loss, complete, HasFailed: failure is not null && loss is null),
            static (scheduler, now, call) =>
            {
                if (call.HasFailed)
                    call.use.Record.FailedUses++;
                if (call.loss is not null)
                    scheduler.LoseDevice(call.use.ScheduledDevice, call.loss, now, call.use.Generation);
                return call.Leases.EndInvocation(scheduler, now, call.use.Record);
            },
            static (call, _) => call.complete());
        leases.Report(released);
    }

    /// <summary>Returns the worker of a slot.</summary>
    public DeviceWorker WorkerAt(ScheduledDevice device, int slot) => _workers[device][slot];

    public void Dispose()
    {
        foreach (var workers in _workers.Values)
            workers.Stop();
    }

    private LeasedUse Begin(ModelLease lease, bool canBeStopped, bool isStream)
    {
        var (record, device, slot, generation) = gate.Enter((lease, canBeStopped, isStream), static (_, _, call) =>
        {
            call.lease.ThrowIfNotHeld();
            var record = call.lease.Record!;
            record.Invocations++;
            if (call.canBeStopped)
                record.Loss ??= new();
            if (call.isStream)
                record.Disposal ??= new();
            var device = record.GrantedOn!;
            return (record, device, device.SlotOf(record.Holder), device.Generation);
        });
        return new(record, device, generation, _workers[device][slot]);
    }

    private ValueTask<TResult> Invoke<TResult>(
        LeasedUse use, Func<object, TResult> code, UseContext? context, CancellationToken cancellationToken)
    {
        var invocation = new Invocation<TResult>(use, code, context, End, cancellationToken);
        if (use.Worker.IsCurrent)
        {
            invocation.RunInline();
            return new(invocation.Result);
        }

        // Code that has left the worker, and that the worker waits for, would wait for itself in the worker's queue.
        if (LeaseFlow.ContextOn(use.Worker)?.TryPost(invocation.Run) == true)
            return new(invocation.Result);
        try
        {
            use.Worker.Post(invocation.Run);
        }
        catch (ObjectDisposedException)
        {
            End(use, failure: null, static () => { });
            throw;
        }

        return new(invocation.Result);
    }

    private bool IsLoss(LeasedUse use, Exception failure) => devices.Classify(use.ScheduledDevice, failure) == DeviceFailure.Lost;

    /// <summary>Throws the exception that means the loss of the device, if a task has failed with several exceptions.</summary>
    private void ThrowIfLost(LeasedUse use, Task task)
    {
        if (task.Exception is { InnerExceptions: { Count: > 1 } failures }
            && failures.FirstOrDefault(failure => IsLoss(use, failure)) is { } loss)
            ExceptionDispatchInfo.Throw(loss);
    }
}
