namespace TorchSharp;

public sealed class Scalar : IDisposable
{
    public static implicit operator Scalar(float value) => throw null!;

    public void Dispose() => throw null!;
}
