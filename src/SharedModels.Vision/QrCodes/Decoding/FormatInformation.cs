using System.Numerics;
using ZXing.QrCode.Internal;

namespace SharedModels.Vision.QrCodes.Decoding;

/// <summary>The error correction level and the mask of a code, which contains both twice (ISO/IEC 18004, 7.9).</summary>
internal readonly record struct FormatInformation(ErrorCorrectionLevel Level, int Mask)
{
    private const int Bits = 15;
    private const int Generator = 0b101_0011_0111;
    private const int ConstantMask = 0b101_0100_0001_0010;
    private const int MaxErrors = 3;

    private static readonly int[] Codes =
        [.. Enumerable.Range(0, 32).Select(static data => ((data << 10) | MatrixUtil.calculateBCHCode(data, Generator)) ^ ConstantMask)];

    public static FormatInformation? Read(CodeModules modules)
    {
        var (first, second) = (0, 0);
        for (var i = 0; i < Bits; i++)
        {
            first = (first << 1) | (i < 8 ? modules[BesideTiming(i), 8] : modules[8, BesideTiming(14 - i)]);
            second = (second << 1) | (i < 7 ? modules[8, modules.Size - 1 - i] : modules[modules.Size - Bits + i, 8]);
        }

        // Some encoders omit the constant mask.
        return Nearest(first, second) ?? Nearest(first ^ ConstantMask, second ^ ConstantMask);

        static int BesideTiming(int position) => position < 6 ? position : position + 1;
    }

    private static FormatInformation? Nearest(int first, int second)
    {
        var (best, fewest) = (0, MaxErrors + 1);
        for (var data = 0; data < Codes.Length; data++)
        {
            var code = Codes[data];
            var errors = Math.Min(BitOperations.PopCount((uint)(first ^ code)), BitOperations.PopCount((uint)(second ^ code)));
            if (errors < fewest)
                (best, fewest) = (data, errors);
        }

        return fewest > MaxErrors ? null : new FormatInformation(ErrorCorrectionLevel.forBits(best >> 3), best & 7);
    }
}
