namespace TorchSharp;

public class ThreadDisposeScopeStatistics
{
    public long CreatedInScopeCount => throw null!;

    public long DisposedInScopeCount => throw null!;

    public long DetachedFromScopeCount => throw null!;
}
