using ZXing.QrCode.Internal;
using QrVersion = ZXing.QrCode.Internal.Version;

namespace SharedModels.Vision.QrCodes.Decoding;

/// <summary>The modules that contain the codewords of a code (ISO/IEC 18004, 7.7.3).</summary>
internal static class DataModules
{
    private const int Empty = 2;
    private const int TimingColumn = 6;

    // Cached: 60 KB for the largest version, and a noisy image has many candidates of one version.
    private static readonly (byte Column, byte Row)[]?[] Known = new (byte Column, byte Row)[]?[41];

    /// <summary>Returns the modules in the order of the bits, starting with the highest bit of the first codeword.</summary>
    public static ReadOnlySpan<(byte Column, byte Row)> Of(QrVersion version) =>
        Known[version.VersionNumber] ??= [.. List(version)];

    private static IEnumerable<(byte Column, byte Row)> List(QrVersion version)
    {
        var size = version.DimensionForVersion;
        var patterns = new ByteMatrix(size, size);
        MatrixUtil.clearMatrix(patterns);
        MatrixUtil.embedBasicPatterns(version, patterns);
        MatrixUtil.embedTypeInfo(ErrorCorrectionLevel.L, 0, patterns);
        MatrixUtil.maybeEmbedVersionInfo(version, patterns);
        var isUpward = true;
        for (var right = size - 1; right > 0; right -= 2, isUpward = !isUpward)
        {
            if (right == TimingColumn)
                right--;
            for (var i = 0; i < 2 * size; i++)
            {
                var (column, row) = (right - i % 2, isUpward ? size - 1 - i / 2 : i / 2);
                if (patterns[column, row] == Empty)
                    yield return ((byte)column, (byte)row);
            }
        }
    }
}
