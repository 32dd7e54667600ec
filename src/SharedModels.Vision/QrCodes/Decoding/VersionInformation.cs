using System.Numerics;
using ZXing.QrCode.Internal;

namespace SharedModels.Vision.QrCodes.Decoding;

/// <summary>The version of a code, which codes of version 7 and above contain twice (ISO/IEC 18004, 7.10).</summary>
internal static class VersionInformation
{
    private const int FirstVersion = 7;
    private const int Bits = 18;
    private const int Generator = 0b1_1111_0010_0101;
    private const int MaxErrors = 3;

    /// <summary>Returns <see langword="true"/> if the code has no version information, or if its version matches its size.</summary>
    public static bool IsOfSize(CodeModules modules)
    {
        if (modules.Version < FirstVersion)
            return true;
        var (first, second) = (0, 0);
        for (var i = 0; i < Bits; i++)
        {
            var (near, far) = (5 - i / 3, modules.Size - 9 - i % 3);
            first = (first << 1) | modules[far, near];
            second = (second << 1) | modules[near, far];
        }

        var code = (modules.Version << 12) | MatrixUtil.calculateBCHCode(modules.Version, Generator);
        return BitOperations.PopCount((uint)(first ^ code)) <= MaxErrors || BitOperations.PopCount((uint)(second ^ code)) <= MaxErrors;
    }
}
