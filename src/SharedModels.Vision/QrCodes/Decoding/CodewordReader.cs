using ZXing.QrCode.Internal;
using QrVersion = ZXing.QrCode.Internal.Version;

namespace SharedModels.Vision.QrCodes.Decoding;

/// <summary>Reads the data codewords of a code from its modules.</summary>
/// <remarks>
/// ZXing.Net's decoder is only used in part, because it also decodes the text and rejects the code if it does not know an encoding.
/// </remarks>
internal static class CodewordReader
{
    /// <summary>Reads and corrects the codewords.</summary>
    /// <returns>The data, or <see langword="null"/> if the modules are not a code or have too many errors.</returns>
    public static byte[]? Read(CodeModules modules)
    {
        if (!modules.HasSizeOfCode || !VersionInformation.IsOfSize(modules) || FormatInformation.Read(modules) is not var (level, mask))
            return null;
        var version = QrVersion.getVersionForNumber(modules.Version);
        return ErrorCorrection.Correct(Unmask(modules, version, mask), version, level);
    }

    private static byte[] Unmask(CodeModules modules, QrVersion version, int mask)
    {
        var codewords = new byte[version.TotalCodewords];
        var places = DataModules.Of(version);
        for (var i = 0; i < 8 * codewords.Length; i++)
        {
            var (column, row) = places[i];
            var bit = modules[column, row] ^ (MaskUtil.getDataMaskBit(mask, column, row) ? 1 : 0);
            codewords[i / 8] = (byte)((codewords[i / 8] << 1) | bit);
        }

        return codewords;
    }
}
