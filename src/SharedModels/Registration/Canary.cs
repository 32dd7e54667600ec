using SharedModels.Leasing;
using SharedModels.Scheduling.Versions;

namespace SharedModels.Registration;

/// <summary>A new version of a model on trial. Used under the gate's lock.</summary>
internal sealed class Canary(RegisteredModel model, RegisteredModel next, double share)
{
    private readonly CanaryTrial _trial = new(share, next.Version);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isAbandoned;

    public RegisteredModel Next => next;

    /// <summary>The reason why the new version must not take over, or <see langword="null"/>.</summary>
    public string? Verdict => _trial.Verdict;

    /// <summary>Completes early if the trial has a verdict or is abandoned. Continuations do not run under the lock.</summary>
    public Task Ended => _ended.Task;

    private int Pending => next.Members.Sum(static member => member.Scheduled.Users + member.Scheduled.WaitingRequests);

    /// <summary>Begins the trial.</summary>
    /// <param name="isShuttingDown">True if no request is served any more.</param>
    public void Begin(bool isShuttingDown)
    {
        // Leases that are used again after a rollback return to the old version.
        next.Successor = model;
        Attach(this);
        if (isShuttingDown || model.Scheduled.IsRemoved)
            Abandon();
    }

    /// <summary>Ends the trial. Without a verdict, the new version can take over.</summary>
    public void End()
    {
        Attach(null);
        _ended.TrySetResult();
        if (!_isAbandoned)
            _trial.End(Pending);
        if (_trial.Verdict is null)
            next.Successor = null;
    }

    public ModelCanary ToSnapshot() =>
        new() { Version = next.Version, Share = share, Uses = _trial.Uses, Failures = _trial.Failures };

    /// <summary>Returns the version that serves the next request of a scope, whose requests all go to the same version.</summary>
    public RegisteredModel Choose(ScopeHolder? scope)
    {
        if (_trial.Verdict is not null || _isAbandoned)
            return model;
        var isNext = scope?.TakesNext(this, ChooseNext) ?? ChooseNext();
        return isNext ? next : model;
    }

    /// <inheritdoc cref="CanaryTrial.Note"/>
    public void Note(RegisteredModel used, int uses, int failures, long ticks)
    {
        _trial.Note(used == next, uses, failures, ticks);
        if (_trial.Verdict is not null)
            _ended.TrySetResult();
    }

    /// <summary>Ends the trial because of something other than the new version's uses.</summary>
    public void Fail(string reason)
    {
        _trial.Fail(reason);
        _ended.TrySetResult();
    }

    /// <summary>Ends the trial early, because the model was removed or the application is stopping.</summary>
    public void Abandon()
    {
        _isAbandoned = true;
        _ended.TrySetResult();
    }

    private bool ChooseNext() => _trial.TakesNext(Pending);

    private void Attach(Canary? canary)
    {
        foreach (var member in model.Members.Concat(next.Members))
            member.Canary = canary;
    }
}
