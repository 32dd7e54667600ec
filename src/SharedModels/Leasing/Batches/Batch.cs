using SharedModels.Devices;
using SharedModels.Diagnostics;
using SharedModels.Scheduling;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Leasing.Batches;

/// <summary>Inputs that run together on one lease.</summary>
/// <remarks>
/// A batch is formed when it starts, on the device's worker. If it throws, it is divided into halves, so that only the callers whose input
/// fails get the exception. A lost device ends all its inputs.
/// </remarks>
internal sealed class Batch<TInput, TOutput>(ModelBatcher<TInput, TOutput> batcher, BatchInput<TInput, TOutput> first)
{
    private readonly ModelLease _lease = first.Lease!;
    private BatchInput<TInput, TOutput>[] _inputs = [];
    private int _awaited;
    private long _begunAt;
    private bool _isWhole = true;
    private bool _mayBlockItself;
    private CancellationToken _stopped;
    private int _outOfMemorySize;
    private Failure? _loss;

    /// <summary>The device that the batch runs on.</summary>
    public ScheduledDevice Device { get; } = first.GrantedOn!;

    /// <summary>The ticks that each input waited.</summary>
    public long[] Waited { get; private set; } = [];

    /// <summary>The index of the first input without the lease of the batch: 0 if the input with the lease was canceled.</summary>
    public int FirstOther { get; private set; }

    public int Size => _inputs.Length;

    /// <summary>The number of runs in addition to the first.</summary>
    public int Splits { get; private set; }

    /// <summary>Runs the batch and completes its callers' waits.</summary>
    public void Run()
    {
        var gate = batcher.Services.Gate;
        gate.Enter(this, static (scheduler, now, batch) => batch.Begin(scheduler, now));
        var activity = SharedModelsActivities.StartBatch(
            batcher.Model.Id, Device.Device, Array.ConvertAll(_inputs, static input => input.Caller));
        if (_inputs.Length > 0)
        {
            // Code of the model that waits for this device waits for its own batch.
            var worker = batcher.Services.Invoker.WorkerAt(Device, first.Slot);
            var flow = _mayBlockItself ? LeaseFlow.BeginUse(first, worker, context: null) : null;
            RunPart(_inputs);
            flow?.EndUse();
        }

        var ticks = gate.Enter(
            this,
            static (scheduler, now, batch) => batch.End(scheduler, now),
            static (_, end) => end.Post()).Ticks;
        activity.End(_loss?.Exception);
        batcher.Report(this, ticks);
    }

    /// <summary>Notes that the caller of an input has canceled. Called under the gate's lock.</summary>
    /// <returns>The lease whose token stops the batch, if nobody waits for it any more.</returns>
    public ModelLease? NoteCanceled() => --_awaited == 0 ? _lease : null;

    private void Begin(LeaseScheduler scheduler, long now)
    {
        // The token must exist before the inputs refer to the batch. Otherwise a cancellation could come too early for it.
        _stopped = _lease.Lost;
        _mayBlockItself = scheduler.Models.Count > 1;
        var others = new List<LeaseRequest>();
        if (Device.IsLost || Device.Generation != first.Generation)
            _loss = Device.Failure ?? Failure.Of(new DeviceLostException());
        else if (!_stopped.IsCancellationRequested)
            scheduler.BeginBatch(first, others, now);
        FirstOther = first.IsCanceled ? 0 : 1;
        _inputs = [.. others.Prepend(first).Skip(1 - FirstOther).Cast<BatchInput<TInput, TOutput>>()];
        _awaited = _inputs.Length;
        Waited = Array.ConvertAll(_inputs, input => now - input.EnqueuedAt);
        _begunAt = now;
        foreach (var input in _inputs)
            input.Batch = this;
        batcher.Services.Changes.NoteBatch(first, others, _inputs.Length, now);
    }

    private BatchEnd<TOutput> End(LeaseScheduler scheduler, long now)
    {
        var sizer = first.ScheduledModel.Batches;
        if (_loss is not null)
            scheduler.LoseDevice(Device, _loss, now, first.Generation);
        else if (_outOfMemorySize > 0)
            sizer.RunOutOfMemory(_outOfMemorySize);
        else if (_isWhole && _inputs.Length > 0)
            sizer.Complete(_inputs.Length, now - _begunAt);
        var waits = Array.ConvertAll(_inputs, static input => input.TakeResult());
        first.FailedUses = CountFailures();
        _lease.Record = null;
        _lease.End = LeaseEnd.Released;
        batcher.Services.Leases.GiveBack(scheduler, now, first);
        for (var i = FirstOther; i < _inputs.Length; i++)
            batcher.Return(_inputs[i]);
        return new(now - _begunAt, waits);
    }

    /// <summary>Counts the exceptions of the model. Inputs that failed together have one in common.</summary>
    private int CountFailures() => _loss is not null ? 0 : _inputs
        .Select(static input => input.Failure)
        .Where(static failure => failure is not (null or OperationCanceledException))
        .Distinct()
        .Count();

    /// <summary>Runs a part of the batch. If it fails, runs its halves.</summary>
    private void RunPart(ArraySegment<BatchInput<TInput, TOutput>> part)
    {
        if (_loss is not null)
        {
            Fail(part, LostWithoutRun(_loss.Exception));
            return;
        }

        if (_stopped.IsCancellationRequested)
        {
            Fail(part, new OperationCanceledException(_stopped));
            return;
        }

        if (RunWhole(part) is not { } failure)
            return;
        _isWhole = false;
        var effect = batcher.Services.Devices.Classify(Device, failure);
        if (effect == DeviceFailure.Lost)
            _loss = Failure.Of(failure);
        if (effect == DeviceFailure.OutOfMemory && part.Count > 1)
            _outOfMemorySize = _outOfMemorySize == 0 ? part.Count : Math.Min(_outOfMemorySize, part.Count);
        if (_loss is not null || part.Count == 1 || !MayDivide(failure))
        {
            Fail(part, failure);
            return;
        }

        Splits += 2;
        RunPart(part[..(part.Count / 2)]);
        RunPart(part[(part.Count / 2)..]);
    }

    private bool MayDivide(Exception failure) =>
        !_stopped.IsCancellationRequested
        && failure is not BatchOutputException
        && batcher.Model.BatchFailure == BatchFailure.Split;

    /// <returns>The exception, or <see langword="null"/> if the inputs have their outputs.</returns>
    private Exception? RunWhole(ArraySegment<BatchInput<TInput, TOutput>> part)
    {
        try
        {
            var inputs = new TInput[part.Count];
            for (var i = 0; i < inputs.Length; i++)
                inputs[i] = part[i].Input;
            var outputs = first.Member.Runtime.Use(model => ((IBatchModel<TInput, TOutput>)model).InvokeBatch(inputs, _stopped));
            if (outputs is null || outputs.Count != inputs.Length)
                return new BatchOutputException(batcher.Model.Id, inputs.Length, outputs?.Count);
            for (var i = 0; i < inputs.Length; i++)
                part[i].Output = outputs[i];
            return null;
        }
#pragma warning disable CA1031 // Exceptions of user code go to the callers and must not end the worker.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return exception;
        }
    }

    private void Fail(ArraySegment<BatchInput<TInput, TOutput>> part, Exception failure)
    {
        foreach (var input in part)
        {
            var isStopped = failure is OperationCanceledException && _stopped.IsCancellationRequested;
            input.Failure = isStopped ? Stopped(input, failure) : failure;
        }
    }

    /// <summary>Returns the exception of an input whose batch was stopped by its token.</summary>
    private Exception Stopped(BatchInput<TInput, TOutput> input, Exception failure)
    {
        if (input.IsCanceled)
            return new OperationCanceledException(input.CallerToken);
        return _lease.WhyNotHeld() ?? failure;
    }

    private DeviceLostException LostWithoutRun(Exception cause) => new(
        $"{Device.Device} was lost before this input ran on model '{batcher.Model.Id}'. Run the input again.", cause)
    {
        ModelId = batcher.Model.Id,
    };
}
