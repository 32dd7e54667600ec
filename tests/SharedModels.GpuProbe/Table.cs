using System.Globalization;

namespace SharedModels.GpuProbe;

/// <summary>
/// A table that is written row by row, to the console and to probe.md in the folder <c>OUT</c>, so that an interrupted run leaves its rows.
/// </summary>
internal sealed class Table : IDisposable
{
    private readonly StreamWriter? _file;

    public Table(string name, params string[] columns)
    {
        if (Environment.GetEnvironmentVariable("OUT") is { Length: > 0 } folder)
        {
            Directory.CreateDirectory(folder);
            _file = new(Path.Combine(folder, "probe.md"), append: true) { AutoFlush = true };
        }

        Write($"\n### {name}\n");
        Row(columns);
        Row([.. columns.Select(static _ => "---")]);
    }

    public void Row(params string[] cells) => Write($"| {string.Join(" | ", cells)} |");

    /// <summary>Adds a row that says whether the device behaves as the code relies on.</summary>
    public void Expect(string what, bool isSo, string seen) => Row(what, isSo ? "yes" : "**NO**", seen);

    public void Dispose() => _file?.Dispose();

    public static string Text(double value, string format = "0.00") => value.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>The median, with the smallest and the largest value.</summary>
    public static string Spread(IReadOnlyList<double> values, string format = "0.00")
    {
        var sorted = values.Order().ToList();
        return $"{Text(sorted[sorted.Count / 2], format)} ({Text(sorted[0], format)}–{Text(sorted[^1], format)})";
    }

    private void Write(string line)
    {
        Console.WriteLine(line);
        _file?.WriteLine(line);
    }
}
