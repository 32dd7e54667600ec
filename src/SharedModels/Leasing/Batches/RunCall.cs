using System.Diagnostics;
using SharedModels.Coordination;
using SharedModels.Diagnostics;
using SharedModels.Leasing.Requests;
using SharedModels.Scheduling;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Leasing.Batches;

/// <summary>Requests to run an input in a batch.</summary>
internal struct RunCall<TInput, TOutput>(
    ModelBatcher<TInput, TOutput> batcher, TInput input, ScopeHolder? scope, AcquireOptions options, CancellationToken cancellationToken)
    : IGateCall
{
    private readonly TimeSpan _timeout = batcher.Services.Leases.CheckTimeout(options);
    private readonly LeaseFlow? _flow = LeaseFlow.Innermost;
    private readonly string? _key = (input as IBatchInput)?.BatchKey;
    private readonly string? _stackTrace = batcher.Services.Leases.CaptureStackTrace();
    private readonly ActivityContext _caller = SharedModelsActivities.IsEnabled ? Activity.Current?.Context ?? default : default;

    private LeaseWait<TOutput>? _wait;

    // The request if it was granted without waiting.
    private BatchInput<TInput, TOutput>? _granted;

    public readonly bool IsCoarse => true;

    /// <summary>The caller's task, which has the output.</summary>
    public ValueTask<TOutput> Task { get; private set; }

    /// <summary>The device of a request that was granted without waiting.</summary>
    public Device? GrantedOn { get; private set; }

    public void Change(LeaseScheduler scheduler, long now)
    {
        var services = batcher.Services;
        WaitTotal.Current?.MarkIncomplete();
        var model = batcher.Model.ChooseVersion(scope);
        var request = (model == batcher.Model ? batcher : model.Batchers.Get<TInput, TOutput>()).Take();
        request.Open(services.Leases.NextNumber(), options, _timeout, _stackTrace);
        (request.Input, request.BatchKey, request.Caller) = (input, _key, _caller);
        request.HeldMeanwhile = HoldersOfCaller(request);
        _wait = request.BeginWait<TOutput>(services.Leases, default!, cancellationToken);
        Task = _wait.Task;
        if (scheduler.TryAcquire(request, now, Ticks.Of(_timeout), options.Timeout is not null))
        {
            request.HeldMeanwhile = [];
            request.NoteGrant();
            (_granted, GrantedOn) = (request, request.GrantedOn!.Device);
            services.Changes.NoteLease(SharedModelsChangeKind.LeaseGranted, request, now);
        }
        else
        {
            services.Leases.NoteQueued(request, now);
        }
    }

    public readonly void Finish()
    {
        _wait!.Register(cancellationToken);
        _granted?.CompleteGrant();
    }

    /// <summary>Returns the holders that release nothing before the batch has run, because their code waits for it.</summary>
    private readonly List<LeaseHolder> HoldersOfCaller(LeaseRecord request)
    {
        var holders = _flow?.HoldersOtherThan(request.Holder, request.Model) ?? [];

        // A scope that is acquiring a lease has it while its code waits for the output.
        if (scope is { Leases: > 0 } or { Waits: > 0 } && !holders.Contains(scope))
            holders.Add(scope);
        return holders;
    }
}
