using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SharedModels.Benchmarks;

/// <summary>Markdown tables, written row by row as the figures come in.</summary>
internal sealed class Report(TextWriter output)
{
    // The width of the project's documents.
    private const int Width = 155;

    private bool _isInTable;

    public void Begin(string suite, string method)
    {
        var width = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;
        string[] features =
        [
            $"{width}-bit vectors", .. Fma.IsSupported ? ["FMA"] : Array.Empty<string>(),
            .. Avx512F.IsSupported ? ["AVX-512"] : Array.Empty<string>(),
        ];
        output.WriteLine($"# Benchmarks: {suite}");
        output.WriteLine();
        var machine = FormattableString.Invariant(
            $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd}, {Environment.ProcessorCount} cores of {ProcessorName()} ({
                string.Join(", ", features)}; Vector<T> {Vector<byte>.Count * 8} bits), {
                RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSArchitecture}. ");
        output.WriteLine(Wrap($"{machine}Command: `eng/bench.sh {suite}`. {method}"));
        output.WriteLine();
    }

    /// <summary>Writes text between tables.</summary>
    public void Text(string markdown)
    {
        output.WriteLine($"{(_isInTable ? "\n" : "")}{Wrap(markdown)}\n");
        _isInTable = false;
    }

    /// <summary>Begins a table. Its first column holds names, the others figures.</summary>
    public void Table(params ReadOnlySpan<string> columns) =>
        Head($"| {string.Join(" | ", columns)} |", $"|---|{string.Concat(Enumerable.Repeat("---:|", columns.Length - 1))}");

    /// <summary>Writes a row of the table that was begun.</summary>
    public void Cells(params ReadOnlySpan<string> cells) => Write($"| {string.Join(" | ", cells)} |");

    /// <summary>Writes a row of the standard table, and begins the table if necessary.</summary>
    public void Row(string what, FormattableString figure, FormattableString? comparison = null)
    {
        Head("| what | figure | compared with |", "|---|---:|---|");
        Write($"| {what} | {figure.ToString(CultureInfo.InvariantCulture)} | {comparison?.ToString(CultureInfo.InvariantCulture)} |");
    }

    private void Head(string head, string line)
    {
        if (_isInTable)
            return;
        _isInTable = true;
        Write(head);
        Write(line);
    }

    private void Write(string line)
    {
        output.WriteLine(line);
        output.Flush();
    }

    private static string Wrap(string markdown) => string.Join('\n', markdown.Split('\n').SelectMany(WrapLine));

    private static IEnumerable<string> WrapLine(string line)
    {
        while (line.Length > Width && line.LastIndexOf(' ', Width) is > 0 and var end)
        {
            yield return line[..end];
            line = line[(end + 1)..];
        }

        yield return line;
    }

    private static string ProcessorName()
    {
        var line = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line is null ? "an unknown processor" : line[(line.IndexOf(':', StringComparison.Ordinal) + 2)..];
    }
}
