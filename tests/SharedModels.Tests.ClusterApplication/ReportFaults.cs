namespace SharedModels.Tests.ClusterApplication;

/// <summary>Faults of the report stream only: blocked, silent, or of a later version.</summary>
internal sealed class ReportFaults(bool isLaterVersion) : IDisposable
{
    private CancellationTokenSource _blocked = new();
    private CancellationTokenSource _muted = new();

    /// <summary>Breaks all streams, and rejects further ones until they are allowed again.</summary>
    public void Block() => _blocked.Cancel();

    public void Allow() => _blocked = new();

    /// <summary>Stops all streams without closing them. Further ones are not affected.</summary>
    public void Mute() => Interlocked.Exchange(ref _muted, new()).Cancel();

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (!context.Request.Path.Value!.EndsWith("/reports", StringComparison.Ordinal))
        {
            await next(context);
            return;
        }

        var (blocked, muted) = (_blocked.Token, _muted.Token);
        using var end = blocked.UnsafeRegister(static context => ((HttpContext)context!).Abort(), context);
        if (blocked.IsCancellationRequested)
            return;

        context.Response.Body = new ReportStream(context.Response.Body, isLaterVersion, muted);
        await next(context);
    }

    public void Dispose()
    {
        _blocked.Dispose();
        _muted.Dispose();
    }
}
