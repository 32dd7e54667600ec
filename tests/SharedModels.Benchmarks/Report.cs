using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SharedModels.Benchmarks;

/// <summary>One Markdown table, written row by row as the figures come in.</summary>
internal sealed class Report(TextWriter output)
{
    public void Begin(string suite, string method)
    {
        var width = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;
        string[] features = [$"{width}-bit vectors", .. Fma.IsSupported ? ["FMA"] : Array.Empty<string>(), .. Avx512F.IsSupported ? ["AVX-512"] : Array.Empty<string>()];
        output.WriteLine($"# Benchmarks: {suite}");
        output.WriteLine();
        output.WriteLine(FormattableString.Invariant(
            $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd}, {Environment.ProcessorCount} cores of {ProcessorName()} ({string.Join(", ", features)}; Vector<T> {Vector<byte>.Count * 8} bits), {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSArchitecture}. Command: `eng/bench.sh {suite}`. {method}"));
        output.WriteLine();
        output.WriteLine("| what | figure | compared with |");
        output.WriteLine("|---|---:|---|");
    }

    public void Row(string what, FormattableString figure, FormattableString? comparison = null)
    {
        output.WriteLine($"| {what} | {figure.ToString(CultureInfo.InvariantCulture)} | {comparison?.ToString(CultureInfo.InvariantCulture)} |");
        output.Flush();
    }

    private static string ProcessorName()
    {
        var line = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line is null ? "an unknown processor" : line[(line.IndexOf(':', StringComparison.Ordinal) + 2)..];
    }
}
