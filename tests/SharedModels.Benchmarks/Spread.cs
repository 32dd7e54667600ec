using System.Globalization;

namespace SharedModels.Benchmarks;

/// <summary>A figure with a value for each round.</summary>
/// <param name="values">The values of the rounds in order.</param>
internal sealed class Spread(double[] values)
{
    /// <summary>Returns the ratio of each round to the same round of another candidate.</summary>
    public Spread Over(Spread other) => new([.. values.Zip(other.Values, static (a, b) => a / b)]);

    /// <summary>Returns the difference of each round to the same round of another candidate.</summary>
    public Spread Minus(Spread other) => new([.. values.Zip(other.Values, static (a, b) => a - b)]);

    /// <summary>Converts each round to another unit.</summary>
    public Spread Times(double factor) => new([.. values.Select(value => value * factor)]);

    /// <summary>Returns the amount of work per second in each round.</summary>
    public Spread Rate(double work) => new([.. values.Select(value => work / value)]);

    /// <summary>The median of the values.</summary>
    public double Median => Measure.Median([.. values]);

    /// <summary>The median, with the minimum and the maximum of all rounds in brackets.</summary>
    public string ToString(string format) =>
        $"{Text(Median, format)} ({Text(values.Min(), format)}–{Text(values.Max(), format)})";

    public override string ToString() => ToString("0.0");

    /// <summary>Formats seconds in a unit that is easy to read.</summary>
    public string ToTime() => Median < 1e-6
        ? $"{Times(1e9).ToString("0")} ns"
        : $"{Times(1e6).ToString("0.00")} µs";

    private double[] Values => values;

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
