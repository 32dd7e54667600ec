namespace SharedModels.Leasing.Invocations;

/// <summary>The cancellation of running code, by whichever of several tokens is canceled first.</summary>
#pragma warning disable CA1001 // The source has nothing to dispose, and the code may keep its token.
internal sealed class UseCancellation
#pragma warning restore CA1001
{
    private readonly CancellationTokenSource _source = new();
    private readonly CancellationTokenRegistration[] _registrations;

    public UseCancellation(params ReadOnlySpan<CancellationToken> tokens)
    {
        _registrations = new CancellationTokenRegistration[tokens.Length];
        for (var i = 0; i < tokens.Length; i++)
            _registrations[i] = tokens[i].UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _source);
    }

    public CancellationToken Token => _source.Token;

    /// <summary>
    /// Ends the cancellation when the code has ended. Does not wait for callbacks of the code, as disposing a linked source would: they can
    /// block, or wait for this thread.
    /// </summary>
    public void End()
    {
        foreach (var registration in _registrations)
            registration.Unregister();
    }
}
