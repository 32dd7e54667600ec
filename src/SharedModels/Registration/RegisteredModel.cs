using System.Diagnostics;
using Microsoft.Extensions.Logging;
using SharedModels.Configuration;
using SharedModels.Diagnostics;
using SharedModels.Leasing;
using SharedModels.Leasing.Batches;
using SharedModels.Leasing.Requests;
using SharedModels.Residency;
using SharedModels.Scheduling;
using SharedModels.Scheduling.Lifecycle;

namespace SharedModels.Registration;

/// <summary>A registered model, with its scheduling state, its object and its lease records.</summary>
internal sealed class RegisteredModel
{
    private TaskCompletionSource? _freed;
    private volatile RegisteredModel? _successor;
    private int _lastVersion;

    public RegisteredModel(ModelSettings settings, Type type, ModelRuntime runtime, ModelOptions defaults, BatchServices batches)
    {
        Type = type;
        Runtime = runtime;
        Defaults = Options = defaults;
        Scheduled = new(settings with { CanReload = runtime.CanReload });
        Members = [this];
        Records = new(this);
        Batchers = new(batches, this);
    }

    public string Id => Scheduled.Id;

    /// <summary>The model and its replicas, in memory or not. Each of them has its own object and state.</summary>
    public IReadOnlyList<RegisteredModel> Members { get; private set; }

    /// <summary>The number of the version, from 1. Each reload creates the next one.</summary>
    public int Version => Scheduled.Settings.Version;

    /// <summary>The version that replaced this one. Set under the gate's lock.</summary>
    public RegisteredModel? Successor
    {
        get => _successor;
        set => _successor = value;
    }

    /// <summary>The version that serves new requests. A trial gives a share of them to the next version.</summary>
    public RegisteredModel Serving
    {
        get
        {
            var current = this;
            while (current.Successor is { } next)
                current = next;
            return current;
        }
    }

    /// <summary>The new version on trial, known to all members of both versions. Changed under the gate's lock.</summary>
    public Canary? Canary { get; set; }

    public Type Type { get; }

    /// <summary>The scheduling state. It belongs to the scheduler and must only be read under the gate's lock.</summary>
    public ScheduledModel Scheduled { get; }

    public ModelRuntime Runtime { get; }

    /// <summary>The default settings, which the configuration overrides.</summary>
    public ModelOptions Defaults { get; }

    /// <summary>The settings in effect, as of the last <see cref="Configure"/>.</summary>
    public ModelOptions Options { get; private set; }

    public LeaseRecordPool Records { get; }

    /// <summary>The batchers of the model, by the types of inputs and outputs.</summary>
    public ModelBatchers Batchers { get; }

    /// <summary>The handling of a batch that throws. Changes with the configuration.</summary>
    public BatchFailure BatchFailure { get; private set; }

    /// <summary>The eviction that callers wait for. Changed under the gate's lock.</summary>
    public PendingEviction? Eviction { get; set; }

    /// <summary>The reason why the model could not be preloaded at startup.</summary>
    public string? PreloadError { get; set; }

    /// <summary>The activities of the last load and move, for links from the waits that they end.</summary>
    public Activity? LastLoad { get; set; }

    /// <inheritdoc cref="LastLoad"/>
    public Activity? LastMove { get; set; }

    /// <summary>Returns the version that serves the next request. Called under the gate's lock.</summary>
    /// <param name="scope">The scope of the request, if it has one.</param>
    public RegisteredModel ChooseVersion(ScopeHolder? scope)
    {
        var current = Serving;
        return current.Canary?.Choose(scope) ?? current;
    }

    /// <summary>Creates the next version, which has its own objects and state.</summary>
    public RegisteredModel CreateNextVersion(BatchServices batches)
    {
        // The number of a version that did not take over is not used again.
        _lastVersion = Math.Max(_lastVersion, Version) + 1;
        var settings = Scheduled.Settings with { Version = _lastVersion };
        var next = new RegisteredModel(settings, Type, Runtime.CreateSuccessor(), Defaults, batches)
        {
            BatchFailure = BatchFailure,
            Options = Options,
        };
        if (Members.Count > 1)
            next.CreateReplicas(Members.Count, batches);
        return next;
    }

    /// <summary>Creates the replicas of a model that is not known yet.</summary>
    /// <param name="count">The number of replicas, including the model itself.</param>
    /// <param name="batches">The parts of the manager that run batches.</param>
    public void CreateReplicas(int count, BatchServices batches)
    {
        var settings = Scheduled.Settings with
        {
            IsPreloaded = false,
            SharesHostCopy = Type.IsAssignableTo(typeof(IReplicatedModel)),
        };
        var replicas = Enumerable.Range(1, count - 1).Select(_ => new RegisteredModel(
            settings, Type, Runtime.CreateSuccessor(), Defaults, batches));
        Members = [this, .. replicas];
        foreach (var member in Members)
            member.Runtime.Replicas = [.. Members.Select(static member => member.Runtime)];
    }

    /// <summary>Adds the model and its replicas to the scheduler.</summary>
    public void AddTo(LeaseScheduler scheduler, long now)
    {
        foreach (var replica in Members.Skip(1))
            scheduler.AddReplica(Scheduled, replica.Scheduled);
        scheduler.Add(Scheduled, now);
    }

    /// <summary>Returns the model or the replica that has the given state.</summary>
    public RegisteredModel FindMember(ScheduledModel state)
    {
        foreach (var member in Members)
        {
            if (member.Scheduled == state)
                return member;
        }

        throw new UnreachableException();
    }

    /// <summary>Applies the options that can change at run time. Called under the gate's lock once the model is known.</summary>
    public void Configure(ModelOptions options)
    {
        foreach (var member in Members)
            member.Scheduled.Settings = options.ApplyTo(member.Scheduled.Settings);
        BatchFailure = options.BatchFailure ?? BatchFailure.Split;
        Options = options;
        if (Canary is { } canary && canary.Next != this)
            canary.Next.Configure(options);
    }

    /// <summary>Disposes an object that is not loaded. Exceptions are logged.</summary>
    public async Task DisposeAsync(OperationLimit limit, ILogger logger)
    {
        try
        {
            await Runtime.UnloadAsync(limit).ConfigureAwait(false);
        }
        catch (OperationFailedException failed)
        {
            Log.CleanUpFailed(logger, failed.Failure.Exception, Id);
        }
    }

    /// <summary>Returns a task that completes when a removed model is freed. Called under the gate's lock.</summary>
    public Task WhenFreed()
    {
        _freed ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
        CompleteRemoval();
        return _freed.Task;
    }

    /// <summary>
    /// Completes the removal if the model is freed and no request waits for it. Called under the gate's lock when a step of the model, or
    /// the wait of its last request, has ended.
    /// </summary>
    public void CompleteRemoval()
    {
        if (_freed is not null && Scheduled is { IsRemoved: true, IsFreed: true, IsWanted: false })
            _freed.TrySetResult();
    }

    /// <summary>Takes the eviction that callers wait for if it has ended. Called under the gate's lock.</summary>
    /// <param name="mayHaveFailed">True if the model's last step was an eviction, so that its failure is that of the eviction.</param>
    public PendingEviction? TakeEndedEviction(bool mayHaveFailed)
    {
        CompleteRemoval();
        if (Eviction is not { } eviction
            || Scheduled.EvictWhenIdle
            || Scheduled.Residency is ModelResidency.Evicting or ModelResidency.Unloading)
            return null;
        if (mayHaveFailed && Scheduled is { Failure: { } failure, Residency: ModelResidency.Faulted or ModelResidency.OnDevice })
            eviction.Failure = (Id, failure);
        Eviction = null;
        return eviction;
    }
}
