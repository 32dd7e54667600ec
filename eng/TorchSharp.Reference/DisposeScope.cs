namespace TorchSharp;

public class DisposeScope : IDisposable
{
    public bool Contains(IDisposable disposable) => throw null!;

    public void Dispose() => throw null!;
}
