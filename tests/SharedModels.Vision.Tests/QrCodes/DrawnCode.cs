using SharedModels.Vision.QrCodes.Filtering;
using SharedModels.Vision.Tests.QrCodes.Decoding;
using ZXing.Common.ReedSolomon;
using ZXing.Common;
using ZXing.QrCode.Internal;
using QrVersion = ZXing.QrCode.Internal.Version;

namespace SharedModels.Vision.Tests.QrCodes;

/// <summary>Creates the modules of codes, and images of them.</summary>
internal static class DrawnCode
{
    /// <summary>Returns the modules of a code of version 5 and level L with the given data, one pixel per module.</summary>
    public static GrayImage OfData(QrBitWriter data) =>
        OfData(data.ToArray(108), QrVersion.getVersionForNumber(5), ErrorCorrectionLevel.L, mask: 3, static _ => { });

    /// <summary>Returns the modules of a code with all its data codewords.</summary>
    /// <param name="data">The data codewords of all blocks.</param>
    /// <param name="version">The version.</param>
    /// <param name="level">The error correction level.</param>
    /// <param name="mask">The mask, from 0 to 7.</param>
    /// <param name="damage">Changes the codewords of each block before they are drawn.</param>
    public static GrayImage OfData(byte[] data, QrVersion version, ErrorCorrectionLevel level, int mask, Action<int[]> damage)
    {
        var correction = version.getECBlocksForLevel(level).ECCodewordsPerBlock;
        var lengths = version.getECBlocksForLevel(level).getECBlocks()
            .SelectMany(static group => Enumerable.Repeat(group.DataCodewords, group.Count));
        var blocks = new List<int[]>();
        var start = 0;
        foreach (var length in lengths)
        {
            int[] block = [.. data.AsSpan(start, length).ToArray().Select(static value => (int)value), .. new int[correction]];
            new ReedSolomonEncoder(GenericGF.QR_CODE_FIELD_256).encode(block, correction);
            damage(block);
            blocks.Add(block);
            start += length;
        }

        var bits = new BitArray();
        for (var i = 0; i < blocks[^1].Length - correction; i++)
        {
            foreach (var block in blocks.Where(block => i < block.Length - correction))
                bits.appendBits(block[i], 8);
        }

        for (var i = correction; i > 0; i--)
        {
            foreach (var block in blocks)
                bits.appendBits(block[^i], 8);
        }

        var matrix = new ByteMatrix(version.DimensionForVersion, version.DimensionForVersion);
        MatrixUtil.buildMatrix(bits, level, version, mask, matrix);
        return ToImage(matrix);
    }

    /// <summary>Returns the mirrored modules: rows and columns are swapped.</summary>
    public static GrayImage Mirror(GrayImage modules)
    {
        var mirrored = new GrayImage(modules.Height, modules.Width, new byte[modules.Pixels.Length]);
        for (var i = 0; i < mirrored.Pixels.Length; i++)
            mirrored.Pixels[i] = modules.Pixels[i % mirrored.Width * modules.Width + i / mirrored.Width];
        return mirrored;
    }

    /// <summary>Returns the modules of a code with a text, in the given version or in the smallest one that the text fits in.</summary>
    public static GrayImage OfText(string text, int version = 0) => OfText(text, ErrorCorrectionLevel.M, version);

    public static GrayImage OfText(string text, ErrorCorrectionLevel level, int version)
    {
        var hints = new Dictionary<ZXing.EncodeHintType, object>();
        if (version > 0)
            hints.Add(ZXing.EncodeHintType.QR_VERSION, version);
        return ToImage(Encoder.encode(text, level, hints).Matrix);
    }

    /// <summary>Draws the modules as squares of pixels, surrounded by a margin in modules.</summary>
    public static GrayImage Enlarge(GrayImage modules, int pixels, int margin = 4)
    {
        var side = (modules.Width + 2 * margin) * pixels;
        var image = new GrayImage(side, side, new byte[side * side]);
        image.Pixels.AsSpan().Fill(byte.MaxValue);
        for (var i = 0; i < image.Pixels.Length; i++)
        {
            var (column, row) = (i % side / pixels - margin, i / side / pixels - margin);
            if ((uint)column < (uint)modules.Width && (uint)row < (uint)modules.Width)
                image.Pixels[i] = modules.Pixels[row * modules.Width + column];
        }

        return image;
    }

    private static GrayImage ToImage(ByteMatrix matrix)
    {
        var image = new GrayImage(matrix.Width, matrix.Width, new byte[matrix.Width * matrix.Width]);
        for (var i = 0; i < image.Pixels.Length; i++)
            image.Pixels[i] = matrix[i % matrix.Width, i / matrix.Width] == 1 ? (byte)0 : byte.MaxValue;
        return image;
    }
}
