namespace TorchSharp;

public class DisposeScopeManager
{
    public static ThreadDisposeScopeStatistics Statistics => throw null!;
}
