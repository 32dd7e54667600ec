using SharedModels.Scheduling.Versions;

namespace SharedModels.Registration;

/// <summary>A new version of a model on trial. Used under the gate's lock.</summary>
internal sealed class Canary(RegisteredModel next, double share)
{
    private readonly CanaryTrial _trial = new(share);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool _isAbandoned;

    public RegisteredModel Next => next;

    public CanaryTrial Trial => _trial;

    /// <summary>Completes early if the trial has a verdict or is abandoned. Continuations do not run under the lock.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Begins the trial.</summary>
    /// <param name="model">The old version, which leases of the new one return to.</param>
    /// <param name="isShuttingDown">True if no request is served any more.</param>
    public void Begin(RegisteredModel model, bool isShuttingDown)
    {
        next.Successor = model;
        model.Canary = next.Canary = this;
        if (isShuttingDown || model.Scheduled.IsRemoved)
            Abandon();
    }

    /// <summary>Ends the trial. Without a verdict, the new version can take over.</summary>
    public void End(RegisteredModel model)
    {
        model.Canary = next.Canary = null;
        if (_trial.Verdict is null)
            next.Successor = null;
    }

    public ModelCanary ToSnapshot() =>
        new() { Version = next.Version, Share = share, Uses = _trial.Uses, Failures = _trial.Failures };

    /// <summary>Returns true if the new version serves the next request.</summary>
    public bool TakesNext() => !_isAbandoned && _trial.TakesNext(
        next.Members.Sum(static member => member.Scheduled.Users + member.Scheduled.WaitingRequests));

    /// <inheritdoc cref="CanaryTrial.Note"/>
    public void Note(RegisteredModel model, int uses, int failures, long? duration)
    {
        _trial.Note(model == next, uses, failures, duration);
        if (_trial.Verdict is not null)
            _ended.TrySetResult();
    }

    /// <summary>Ends the trial early, because the model was removed or the application is stopping.</summary>
    public void Abandon()
    {
        _isAbandoned = true;
        _ended.TrySetResult();
    }
}
