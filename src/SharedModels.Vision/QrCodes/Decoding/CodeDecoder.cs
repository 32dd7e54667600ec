using SharedModels.Vision.QrCodes.Filtering;
using ZXing.Common;
using ZXing.QrCode.Internal;

namespace SharedModels.Vision.QrCodes.Decoding;

/// <summary>Reads what a code says from its modules. ZXing.Net corrects the errors.</summary>
internal sealed class CodeDecoder
{
    private readonly Decoder _decoder = new();

    /// <summary>Reads a code.</summary>
    /// <param name="modules">An image with a pixel for each module, black or white.</param>
    /// <param name="isMirrored">True if the code is seen from behind: rows and columns are swapped.</param>
    /// <returns>What it says; <see langword="null"/> if it is not a code or has too many errors.</returns>
    public QrContent? Read(GreyImage modules, out bool isMirrored)
    {
        isMirrored = false;
        var bits = new BitMatrix(modules.Width);
        for (var i = 0; i < modules.Pixels.Length; i++)
        {
            if (modules.Pixels[i] == 0)
                bits[i % modules.Width, i / modules.Width] = true;
        }

        var version = (modules.Width - 17) / 4;
        if (Decode(bits) is not { } result || result.ErrorsCorrected > MaxErrors(version, result.ECLevel))
            return null;
        isMirrored = (result.Other as QRCodeDecoderMetaData)?.IsMirrored ?? false;
        return QrContent.Read(result.RawBytes, version);
    }

    // ZXing returns null if the modules are not a code's, but fails with exceptions of many kinds on corrected data that make no text.
    // The data are a stranger's, and none of them is worth more than this code.
    private DecoderResult? Decode(BitMatrix bits)
    {
        try
        {
            return _decoder.decode(bits, null);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return null;
        }
    }

    // In the smallest codes, the standard uses some of the correction to detect errors instead (ISO/IEC 18004, table 9). Without that,
    // one in a million attempts would read a text from noise.
    private static int MaxErrors(int version, string level) => (version, level) switch
    {
        (1, "L") => 2,
        (1, "M") => 4,
        (1, "Q") => 6,
        (1, "H") => 8,
        (2, "L") => 4,
        (3, "L") => 7,
        _ => int.MaxValue,
    };
}
