using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using SharedModels.Scheduling;
using SharedModels.Scheduling.Decisions;

namespace SharedModels.Coordination;

/// <summary>
/// The only access to the scheduler. The gate lets one thread in at a time and runs the scheduler's effects when the thread has left, so
/// that no caller can forget to. No user code runs under its lock, and the manager's own work is done before any user code runs.
/// </summary>
internal sealed class SchedulerGate : IAsyncDisposable
{
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(1);

    private readonly Lock _lock = new();
    private readonly Lock _timerLock = new();
    private readonly LeaseScheduler _scheduler;
    private readonly IEffectRunner _runner;
    private readonly Action<Exception> _onFailure;
    private readonly ITimer _timer;
    private List<SchedulerEffect>? _unusedEffects;
    private long _now;
    private int _reporting;
    private long _nextDeadline = long.MaxValue;
    private long _timerIsSetFor = long.MaxValue;

    /// <param name="policy">The scheduler's settings.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="createRunner">Creates the runner of the effects, which can enter the gate later.</param>
    /// <param name="onFailure">Receives the exceptions of effects. A failing effect does not prevent others from running.</param>
    public SchedulerGate(
        SchedulingPolicy policy, SchedulerClock clock, Func<SchedulerGate, IEffectRunner> createRunner, Action<Exception> onFailure)
    {
        _scheduler = new(policy);
        Clock = clock;
        _onFailure = onFailure;
        _runner = createRunner(this);
        using (ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow())
            _timer = clock.Time.CreateTimer(
                static self => ((SchedulerGate)self!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public SchedulerClock Clock { get; }

    /// <summary>True if everything that has run has also been reported to loggers and listeners.</summary>
    public bool IsQuiet => Volatile.Read(ref _reporting) == 0;

    /// <summary>Changes the scheduler's state, and runs the resulting effects.</summary>
    /// <param name="call">The call.</param>
    /// <param name="isReportedElsewhere">
    /// True to run loggers and listeners on another thread, so that they cannot block the caller.
    /// </param>
    public void Enter<TCall>(ref TCall call, bool isReportedElsewhere = false)
        where TCall : struct, IGateCall
    {
        var now = call.IsCoarse ? Clock.CoarseNow : Clock.Now;
        ExceptionDispatchInfo? failure = null;
        List<SchedulerEffect>? effects;
        long nextDeadline;
        lock (_lock)
        {
            // Threads can enter in a different order than they read the clock.
            _now = now = Math.Max(now, _now);
            try
            {
                call.Change(_scheduler, now);
            }
#pragma warning disable CA1031 // It is rethrown when all effects so far have run.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }

            effects = _scheduler.HasEffects ? TakeEffects(now) : null;
            if (_scheduler.IsEnding)
                _runner.Settle(_scheduler);
            _nextDeadline = nextDeadline = _scheduler.NextDeadline;
        }

        if (nextDeadline < Volatile.Read(ref _timerIsSetFor))
            SetTimer();
        if (effects is null)
        {
            failure?.Throw();
            call.Finish();
            return;
        }

        BeginReport();
        var span = CollectionsMarshal.AsSpan(effects);
        foreach (ref readonly var effect in span)
            Guard(effect, static (runner, in effect) => runner.Run(effect));
        if (failure is null)
            call.Finish();
        if (isReportedElsewhere)
            ReportElsewhere(effects);
        else
            Report(effects);
        failure?.Throw();
    }

    /// <summary>Changes the scheduler's state with a delegate, and runs the resulting effects.</summary>
    /// <param name="state">The argument of <paramref name="change"/>.</param>
    /// <param name="change">See <see cref="IGateCall.Change"/>.</param>
    /// <param name="then">See <see cref="IGateCall.Finish"/>.</param>
    /// <param name="isReportedElsewhere">True to run loggers and listeners on another thread.</param>
    public TResult Enter<TState, TResult>(
        TState state,
        Func<LeaseScheduler, long, TState, TResult> change,
        Action<TState, TResult>? then = null,
        bool isReportedElsewhere = false)
    {
        var call = new DelegateCall<TState, TResult>(state, change, then);
        Enter(ref call, isReportedElsewhere);
        return call.Result;
    }

    /// <inheritdoc cref="Enter{TState, TResult}"/>
    public void Enter<TState>(TState state, Action<LeaseScheduler, long, TState> change) => Enter(
        (State: state, Change: change),
        static (scheduler, now, call) =>
        {
            call.Change(scheduler, now, call.State);
            return true;
        });

    /// <summary>Marks the start of work that has yet to be reported.</summary>
    public void BeginReport() => Interlocked.Increment(ref _reporting);

    public void EndReport() => Interlocked.Decrement(ref _reporting);

    /// <summary>Reads the scheduler's state, which does not change during the call.</summary>
    public TResult Read<TState, TResult>(TState state, Func<LeaseScheduler, long, TState, TResult> read)
    {
        var now = Clock.Now;
        lock (_lock)
            return read(_scheduler, Math.Max(now, _now), state);
    }

    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private List<SchedulerEffect> TakeEffects(long now)
    {
        var effects = _scheduler.TakeEffects(Interlocked.Exchange(ref _unusedEffects, null));
        foreach (ref readonly var effect in CollectionsMarshal.AsSpan(effects))
            _runner.Prepare(effect, now);
        return effects;
    }

    // A method of its own, because its closure would be allocated at the start of every call.
    private void ReportElsewhere(List<SchedulerEffect> effects) => _ = Task.Run(() => Report(effects));

    private void Report(List<SchedulerEffect> effects)
    {
        foreach (ref readonly var effect in CollectionsMarshal.AsSpan(effects))
            Guard(effect, static (runner, in effect) => runner.Report(effect));
        EndReport();
        effects.Clear();
        _unusedEffects = effects;
    }

    private void Guard(in SchedulerEffect effect, EffectAction action)
    {
        try
        {
            action(_runner, effect);
        }
#pragma warning disable CA1031 // A failing effect must not prevent the next one from running.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _onFailure(exception);
        }
    }

    private void SetTimer()
    {
        lock (_timerLock)
        {
            var next = Volatile.Read(ref _nextDeadline);
            if (next >= _timerIsSetFor)
                return;
            Volatile.Write(ref _timerIsSetFor, next);

            // Timers round to milliseconds, and must not be early. A deadline that has passed must not wait for the clock to go on.
            var left = TimeSpan.FromTicks(next - Clock.Now);
            var due = left > TimeSpan.Zero ? left + TimeSpan.FromMilliseconds(1) : TimeSpan.Zero;
            _timer.Change(due < LongestTimer ? due : LongestTimer, Timeout.InfiniteTimeSpan);
        }
    }

    private void OnTimer()
    {
        lock (_timerLock)
            Volatile.Write(ref _timerIsSetFor, long.MaxValue);
        Enter(this, static (scheduler, now, _) => scheduler.Advance(now));
        SetTimer();
    }

    private delegate void EffectAction(IEffectRunner runner, in SchedulerEffect effect);

    private struct DelegateCall<TState, TResult>(
        TState state,
        Func<LeaseScheduler, long, TState, TResult> change,
        Action<TState, TResult>? then)
        : IGateCall
    {
        public readonly bool IsCoarse => false;

        public TResult Result { readonly get; private set; } = default!;

        public void Change(LeaseScheduler scheduler, long now) => Result = change(scheduler, now, state);

        public readonly void Finish() => then?.Invoke(state, Result);
    }
}
