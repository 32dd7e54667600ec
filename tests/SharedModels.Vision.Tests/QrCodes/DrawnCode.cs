using SharedModels.Vision.QrCodes.Filtering;
using SharedModels.Vision.Tests.QrCodes.Decoding;
using ZXing.Common.ReedSolomon;
using ZXing.Common;
using ZXing.QrCode.Internal;
using QrVersion = ZXing.QrCode.Internal.Version;

namespace SharedModels.Vision.Tests.QrCodes;

/// <summary>Makes codes: the modules, and images of them.</summary>
internal static class DrawnCode
{
    /// <summary>The modules of a code of version 5 at level L with the given data, a pixel each.</summary>
    public static GreyImage OfData(QrBitWriter data)
    {
        const int DataBytes = 108;
        var version = QrVersion.getVersionForNumber(5);
        var codewords = new int[version.TotalCodewords];
        var bytes = data.ToArray(DataBytes);
        Array.Copy(bytes, codewords, DataBytes);
        new ReedSolomonEncoder(GenericGF.QR_CODE_FIELD_256).encode(codewords, codewords.Length - DataBytes);
        var bits = new BitArray();
        foreach (var codeword in codewords)
            bits.appendBits(codeword, 8);
        var matrix = new ByteMatrix(version.DimensionForVersion, version.DimensionForVersion);
        MatrixUtil.buildMatrix(bits, ErrorCorrectionLevel.L, version, 3, matrix);
        return ToImage(matrix);
    }

    /// <summary>The modules of a code with a text, of the smallest version that holds it or of the given one.</summary>
    public static GreyImage OfText(string text, int version = 0) => OfText(text, ErrorCorrectionLevel.M, version);

    public static GreyImage OfText(string text, ErrorCorrectionLevel level, int version)
    {
        var hints = new Dictionary<ZXing.EncodeHintType, object>();
        if (version > 0)
            hints.Add(ZXing.EncodeHintType.QR_VERSION, version);
        return ToImage(Encoder.encode(text, level, hints).Matrix);
    }

    /// <summary>Draws the modules as squares of pixels with a margin around them, which is given in modules.</summary>
    public static GreyImage Enlarge(GreyImage modules, int pixels, int margin = 4)
    {
        var side = (modules.Width + 2 * margin) * pixels;
        var image = new GreyImage(side, side, new byte[side * side]);
        image.Pixels.AsSpan().Fill(byte.MaxValue);
        for (var i = 0; i < image.Pixels.Length; i++)
        {
            var (column, row) = (i % side / pixels - margin, i / side / pixels - margin);
            if ((uint)column < (uint)modules.Width && (uint)row < (uint)modules.Width)
                image.Pixels[i] = modules.Pixels[row * modules.Width + column];
        }

        return image;
    }

    private static GreyImage ToImage(ByteMatrix matrix)
    {
        var image = new GreyImage(matrix.Width, matrix.Width, new byte[matrix.Width * matrix.Width]);
        for (var i = 0; i < image.Pixels.Length; i++)
            image.Pixels[i] = matrix[i % matrix.Width, i / matrix.Width] == 1 ? (byte)0 : byte.MaxValue;
        return image;
    }
}
