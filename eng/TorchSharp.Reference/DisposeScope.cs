namespace TorchSharp;

public class DisposeScope : IDisposable
{
    public void Dispose() => throw null!;
}
