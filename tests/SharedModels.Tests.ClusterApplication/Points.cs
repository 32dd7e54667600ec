namespace SharedModels.Tests.ClusterApplication;

/// <summary>The points at which requests can be held until the process is killed.</summary>
internal sealed class Points
{
    private volatile string? _held;

    /// <summary>Holds all requests that reach a point from now on.</summary>
    public void Hold(string point) => _held = point;

    /// <summary>Waits if the point is held, and reports that to the test.</summary>
    public async Task PassAsync(string point, CancellationToken cancellationToken)
    {
        if (_held != point)
            return;
        ParentProcess.Notify("reached", point);
        await Task.Delay(Timeout.Infinite, cancellationToken);
    }
}
