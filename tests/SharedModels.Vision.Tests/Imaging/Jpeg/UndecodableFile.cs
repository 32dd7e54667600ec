using System.Buffers;

namespace SharedModels.Vision.Tests.Imaging.Jpeg;

/// <summary>A file that can be read but cannot be passed to native code, as if the decoding library were missing.</summary>
internal sealed class UndecodableFile(byte[] bytes) : MemoryManager<byte>
{
    public const string Message = "No library.";

    public override Span<byte> GetSpan() => bytes;

    public override MemoryHandle Pin(int elementIndex = 0) => throw new DllNotFoundException(Message);

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
