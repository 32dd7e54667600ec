using System.Globalization;

namespace SharedModels.Benchmarks;

/// <summary>A figure of every round.</summary>
/// <param name="values">The rounds in turn.</param>
internal sealed class Spread(double[] values)
{
    /// <summary>Each round beside another candidate's part of the same round.</summary>
    public Spread Over(Spread other) => new([.. values.Zip(other.Values, static (a, b) => a / b)]);

    /// <summary>Each round in another unit.</summary>
    public Spread Times(double factor) => new([.. values.Select(value => value * factor)]);

    /// <summary>How much of some work each round does in a second.</summary>
    public Spread Rate(double work) => new([.. values.Select(value => work / value)]);

    /// <summary>The middle of the values.</summary>
    public double Median => Measure.Median([.. values]);

    /// <summary>The median, and in brackets the least and the most of all rounds.</summary>
    public string ToString(string format) =>
        $"{Text(Median, format)} ({Text(values.Min(), format)}–{Text(values.Max(), format)})";

    public override string ToString() => ToString("0.0");

    /// <summary>Seconds as a time of a size that is easy to read.</summary>
    public string ToTime() => Median < 1e-6
        ? $"{Times(1e9).ToString("0")} ns"
        : $"{Times(1e6).ToString("0.00")} µs";

    private double[] Values => values;

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
