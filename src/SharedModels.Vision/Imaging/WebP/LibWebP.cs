using System.Runtime.InteropServices;

namespace SharedModels.Vision.Imaging.WebP;

/// <summary>The functions of libwebp 1 that decode (webp/decode.h).</summary>
internal static unsafe partial class LibWebP
{
    public const int AbiVersion = 0x0209;
    public const int StatusNotEnoughData = 7;

    private const string Library = "libwebp.so.7";

    public static readonly NativeDependency Dependency = new(Library, "libwebp7", "Decoding WebP");

    [LibraryImport(Library, EntryPoint = "WebPGetFeaturesInternal")]
    public static partial int GetFeatures(byte* data, nuint length, out Features features, int abiVersion);

    [LibraryImport(Library, EntryPoint = "WebPDecodeRGBInto")]
    public static partial byte* DecodeRgb(byte* data, nuint length, byte* destination, nuint destinationLength, int stride);

    [StructLayout(LayoutKind.Sequential)]
    public struct Features
    {
        public int Width;
        public int Height;
        public int HasAlpha;
        public int HasAnimation;
        public int Format;
        public fixed uint Reserved[5];
    }
}
