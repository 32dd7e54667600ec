using ZXing.Common.ReedSolomon;
using ZXing.QrCode.Internal;
using QrVersion = ZXing.QrCode.Internal.Version;

namespace SharedModels.Vision.QrCodes.Decoding;

/// <summary>Corrects the codewords of a code, block by block (ISO/IEC 18004, 7.5 and 7.6).</summary>
internal static class ErrorCorrection
{
    private static readonly ReedSolomonDecoder Decoder = new(GenericGF.QR_CODE_FIELD_256);

    /// <summary>Extracts the data from codewords in the order of the code.</summary>
    /// <returns>The data of all blocks in sequence, or <see langword="null"/> if a block has too many errors.</returns>
    public static byte[]? Correct(ReadOnlySpan<byte> codewords, QrVersion version, ErrorCorrectionLevel level)
    {
        var blocks = version.getECBlocksForLevel(level);
        var groups = blocks.getECBlocks();
        var maxErrors = MaxErrors(version.VersionNumber, level);
        var data = new byte[codewords.Length - blocks.TotalECCodewords];
        var (start, block) = (0, 0);
        foreach (var group in groups)
        {
            for (var end = block + group.Count; block < end; block++, start += group.DataCodewords)
            {
                var received = new int[group.DataCodewords + blocks.ECCodewordsPerBlock];
                for (var i = 0; i < received.Length; i++)
                    received[i] = codewords[IndexOf(i, group.DataCodewords)];
                if (!Decoder.decodeWithECCount(received, blocks.ECCodewordsPerBlock, out var errors) || errors > maxErrors)
                    return null;
                for (var i = 0; i < group.DataCodewords; i++)
                    data[start + i] = (byte)received[i];
            }
        }

        return data;

        // The first codewords of all blocks precede the second ones. Blocks of the first group can be one data codeword shorter.
        int IndexOf(int index, int dataCodewords) => index switch
        {
            _ when index >= dataCodewords => data.Length + (index - dataCodewords) * blocks.NumBlocks + block,
            _ when index >= groups[0].DataCodewords => index * blocks.NumBlocks + block - groups[0].Count,
            _ => index * blocks.NumBlocks + block,
        };
    }

    // In the smallest codes, the standard uses part of the correction capacity to detect errors (ISO/IEC 18004, table 9). Otherwise, one
    // in a million attempts would read a text from noise.
    private static int MaxErrors(int version, ErrorCorrectionLevel level) => (version, level.Name) switch
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
