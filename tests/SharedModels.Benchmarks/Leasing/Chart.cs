using System.Globalization;
using System.Text;

namespace SharedModels.Benchmarks.Leasing;

/// <summary>A line chart as an SVG, with a label at the end of each line and colors for light and dark pages.</summary>
/// <param name="title">The title.</param>
/// <param name="subtitle">The conditions of the measurement.</param>
/// <param name="across">The label of the horizontal axis.</param>
/// <param name="positions">The positions of the values on the horizontal axis.</param>
/// <param name="isLogarithmic"><see langword="true"/> for a logarithmic vertical axis.</param>
/// <param name="marks">The labels of the positions, if they are not the positions themselves.</param>
internal sealed class Chart(
    string title,
    string subtitle,
    string across,
    IReadOnlyList<double> positions,
    bool isLogarithmic,
    IReadOnlyList<string>? marks = null)
{
    private const int Width = 880, Height = 480, Left = 76, Right = 236, Top = 92, Bottom = 66, LabelHeight = 19;

    private const string Style = """
        .card{fill:#fff;stroke:#d8dee4}.title{fill:#1f2328}.text{fill:#59636e}.grid{stroke:#e6eaee}
        .c0{--c:#8a929b}.c1{--c:#c2700a}.c2{--c:#cf3f80}.c3{--c:#8250df}.c4{--c:#0a7ea4}.main{--c:#1a7f37}
        .line{fill:none;stroke:var(--c);stroke-width:2;stroke-linejoin:round;stroke-linecap:round}.line.main{stroke-width:4}
        .dot{fill:var(--c)}.lead{stroke:var(--c);opacity:.5}.label{fill:var(--c);font-size:13px}.label.main{font-weight:700}
        @media (prefers-color-scheme:dark){.card{fill:#161b22;stroke:#30363d}.title{fill:#f0f6fc}.text{fill:#9198a1}.grid{stroke:#2a3038}
        .c0{--c:#9aa4af}.c1{--c:#e3a03c}.c2{--c:#f47fb1}.c3{--c:#b797ff}.c4{--c:#4fb8dc}.main{--c:#4ac26b}}
        """;

    private readonly List<(string Name, string Color, IReadOnlyList<double> Values)> _lines = [];
    private readonly StringBuilder _svg = new();
    private double _low;
    private double _high;

    /// <summary>Adds a line.</summary>
    /// <param name="name">The label of the line.</param>
    /// <param name="color">The index of one of the five colors, or <see langword="null"/> for the highlighted one.</param>
    /// <param name="values">A value for each position.</param>
    public void Add(string name, int? color, IReadOnlyList<double> values) =>
        _lines.Add((name, color is null ? "main" : $"c{color}", values));

    public string ToSvg()
    {
        var values = _lines.SelectMany(static line => line.Values).Select(Scale).ToList();
        var margin = (values.Max() - values.Min()) * 0.05;
        (_low, _high) = (values.Min() - margin, values.Max() + margin);
        _svg.Clear();
        Write(
            $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" font-family="system-ui, 'Segoe UI', Helvetica, Arial, sans-serif" font-size="13" role="img">""");
        Write($"<title>{title}</title>\n<style>\n{Style}\n</style>");
        Write($"""<rect class="card" x="0.5" y="0.5" width="{Width - 1}" height="{Height - 1}" rx="12"/>""");
        Write($"""<text class="title" x="28" y="40" font-size="18" font-weight="600">{title}</text>""");
        Write($"""<text class="text" x="28" y="63">{subtitle}</text>""");
        DrawAxes();
        foreach (var line in _lines)
            DrawLine(line.Values, line.Color);
        DrawLabels();
        return _svg.Append("</svg>\n").ToString();
    }

    private void DrawAxes()
    {
        foreach (var tick in Ticks())
        {
            Write($"""<line class="grid" x1="{Left}" x2="{Width - Right}" y1="{Y(tick):0.#}" y2="{Y(tick):0.#}"/>""");
            Write(
                $"""<text class="text" x="{Left - 12}" y="{Y(tick) + 4.5:0.#}" text-anchor="end">{(isLogarithmic ? tick.ToString("#,0.###", CultureInfo.InvariantCulture) : tick.ToString("0.0#", CultureInfo.InvariantCulture))}</text>""");
        }

        for (var i = 0; i < positions.Count; i++)
        {
            var label = marks?[i] ?? positions[i].ToString("0.0#", CultureInfo.InvariantCulture);
            Write($"""<text class="text" x="{X(positions[i]):0.#}" y="{Height - Bottom + 24}" text-anchor="middle">{label}</text>""");
        }

        Write($"""<text class="text" x="{(Left + Width - Right) / 2}" y="{Height - 18}" text-anchor="middle">{across}</text>""");
    }

    private void DrawLine(IReadOnlyList<double> values, string color)
    {
        var points = values.Select((value, i) => (X: X(positions[i]), Y: Y(value))).ToList();
        Write(
            $"""<polyline class="line {color}" points="{string.Join(' ', points.Select(static point => string.Create(CultureInfo.InvariantCulture, $"{point.X:0.#},{point.Y:0.#}")))}"/>""");
        foreach (var (x, y) in points)
            Write($"""<circle class="dot {color}" cx="{x:0.#}" cy="{y:0.#}" r="{(color == "main" ? 4.5 : 3.5)}"/>""");
    }

    /// <summary>Draws the labels next to the ends of the lines, moved apart where they would overlap.</summary>
    private void DrawLabels()
    {
        var labels = _lines.Select(line => (line.Name, line.Color, End: Y(line.Values[^1]))).OrderBy(static label => label.End).ToList();
        var places = labels.Select(static label => label.End).ToArray();
        for (var round = 0; round < 100; round++)
        {
            for (var i = 1; i < places.Length; i++)
            {
                var overlap = LabelHeight - (places[i] - places[i - 1]);
                if (overlap <= 0)
                    continue;
                places[i - 1] -= overlap / 2;
                places[i] += overlap / 2;
            }
        }

        for (var i = 0; i < labels.Count; i++)
        {
            var (name, color, end) = labels[i];
            Write(
                $"""<line class="lead {color}" x1="{Width - Right + 7}" y1="{end:0.#}" x2="{Width - Right + 20}" y2="{places[i]:0.#}"/>""");
            Write($"""<text class="label {color}" x="{Width - Right + 25}" y="{places[i] + 4.5:0.#}">{name}</text>""");
        }
    }

    private IEnumerable<double> Ticks()
    {
        if (isLogarithmic)
            return Enumerable
                .Range((int)Math.Ceiling(_low), (int)(Math.Floor(_high) - Math.Ceiling(_low)) + 1)
                .Select(static power => Math.Pow(10, power));
        var rough = (_high - _low) / 6;
        var unit = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double[] steps = [unit, 2 * unit, 5 * unit, 10 * unit];
        var step = Array.Find(steps, candidate => candidate >= rough);
        return Enumerable
            .Range((int)Math.Ceiling(_low / step), (int)Math.Floor(_high / step) - (int)Math.Ceiling(_low / step) + 1)
            .Select(i => i * step);
    }

    private double Scale(double value) => isLogarithmic ? Math.Log10(value) : value;

    private double X(double position) => Left + (Width - Right - Left) * (position - positions[0]) / (positions[^1] - positions[0]);

    private double Y(double value) => Height - Bottom - (Height - Bottom - Top) * (Scale(value) - _low) / (_high - _low);

    private void Write(FormattableString text) => _svg.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
