using System.Globalization;
using System.Text;

namespace SharedModels.Benchmarks.Leasing;

/// <summary>A line chart with a logarithmic upward axis, as an SVG that reads well on light and dark pages.</summary>
internal sealed class Chart(string title, string across, string upward, IReadOnlyList<double> positions)
{
    private const int Width = 860, Height = 460, Left = 70, Right = 290, Top = 60, Bottom = 60;

    private static readonly string[] Colours = ["#c2410c", "#b45309", "#7c3aed", "#0891b2", "#15803d"];

    private readonly List<(string Name, IReadOnlyList<double> Values)> _series = [];

    public void Add(string name, IReadOnlyList<double> values) => _series.Add((name, values));

    public string ToSvg()
    {
        var values = _series.SelectMany(static series => series.Values).ToList();
        var (low, high) = (Math.Floor(Math.Log10(values.Min())), Math.Ceiling(Math.Log10(values.Max())));
        var svg = new StringBuilder();
        Write(svg, $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" font-family="system-ui, sans-serif" font-size="13">""");
        Write(svg, $"""<rect width="{Width}" height="{Height}" rx="12" fill="#ffffff"/><text x="{Left}" y="32" font-size="16" font-weight="600" fill="#111827">{title}</text>""");
        for (var power = low; power <= high; power++)
        {
            Write(svg, $"""<line x1="{Left}" x2="{Width - Right}" y1="{Y(power):0.#}" y2="{Y(power):0.#}" stroke="#e5e7eb"/>""");
            Write(svg, $"""<text x="{Left - 10}" y="{Y(power) + 4:0.#}" text-anchor="end" fill="#6b7280">{Math.Pow(10, power):0.###}</text>""");
        }

        for (var i = 0; i < positions.Count; i++)
            Write(svg, $"""<text x="{X(i):0.#}" y="{Height - Bottom + 24}" text-anchor="middle" fill="#6b7280">{positions[i]:0.0#}</text>""");
        Write(svg, $"""<text x="{(Left + Width - Right) / 2}" y="{Height - 14}" text-anchor="middle" fill="#374151">{across}</text>""");
        Write(svg, $"""<text transform="translate(20 {(Top + Height - Bottom) / 2}) rotate(-90)" text-anchor="middle" fill="#374151">{upward}</text>""");
        for (var i = 0; i < _series.Count; i++)
        {
            var (name, line) = _series[i];
            var points = string.Join(' ', line.Select((value, at) => string.Create(CultureInfo.InvariantCulture, $"{X(at):0.#},{Y(Math.Log10(value)):0.#}")));
            Write(svg, $"""<polyline points="{points}" fill="none" stroke="{Colours[i]}" stroke-width="{(i == _series.Count - 1 ? 4 : 2)}" stroke-linejoin="round"/>""");
            for (var at = 0; at < line.Count; at++)
                Write(svg, $"""<circle cx="{X(at):0.#}" cy="{Y(Math.Log10(line[at])):0.#}" r="3.5" fill="{Colours[i]}"/>""");
            Write(svg, $"""<text x="{Width - Right + 16}" y="{Top + 20 + i * 24}" font-size="12" fill="{Colours[i]}" font-weight="{(i == _series.Count - 1 ? 700 : 400)}">{name}</text>""");
        }

        return svg.Append("</svg>\n").ToString();

        double X(int index) => Left + (Width - Right - Left) * (positions[index] - positions[0]) / (positions[^1] - positions[0]);

        double Y(double power) => Height - Bottom - (Height - Bottom - Top) * (power - low) / (high - low);
    }

    private static void Write(StringBuilder svg, FormattableString text) => svg.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
