using SharedModels.Vision.Imaging;

namespace SharedModels.VisionApi.Tests.Errors;

/// <summary>A decoder whose native library is missing.</summary>
internal sealed class BrokenDecoder(string message) : IImageDecoder
{
    public ImageInfo Identify(ReadOnlyMemory<byte> encoded) => throw new DllNotFoundException(message);

    public RgbImage Decode(ReadOnlyMemory<byte> encoded, Transparency transparency = Transparency.Drop) =>
        throw new DllNotFoundException(message);
}
