using System.Globalization;
using System.Text.RegularExpressions;

namespace SharedModels.AspNetCore.Tests.OpenTelemetry;

/// <summary>The text that Prometheus reads from an application.</summary>
internal sealed partial class PrometheusText(string text)
{
    private readonly List<(string Name, Dictionary<string, string> Labels, double Value)> _samples =
    [
        .. text.Split('\n').Where(static line => line.Length > 0 && line[0] != '#').Select(static line => Sample().Match(line)).Select(
            static match => (
                match.Groups["name"].Value,
                Label().Matches(match.Groups["labels"].Value)
                    .ToDictionary(static label => label.Groups["key"].Value, static label => label.Groups["value"].Value),
                double.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture))),
    ];

    /// <summary>The names of the series, those of a histogram without their suffixes.</summary>
    public IEnumerable<string> Names => _samples.Select(static sample => Suffix().Replace(sample.Name, "")).Distinct();

    /// <summary>Indicates whether there is a series with these labels.</summary>
    public bool Has(string name, params IEnumerable<string> labels) =>
        _samples.Exists(sample => sample.Name == name && labels.All(sample.Labels.ContainsKey));

    /// <summary>Returns the bounds of a histogram's buckets and the count of all values up to each.</summary>
    public List<(double Bound, double Count)> Buckets(string name) =>
    [
        .. _samples.Where(sample => sample.Name == $"{name}_bucket")
            .GroupBy(static sample => sample.Labels["le"])
            .Select(static group => (
                Bound: group.Key == "+Inf" ? double.PositiveInfinity : double.Parse(group.Key, CultureInfo.InvariantCulture),
                Count: group.Sum(static sample => sample.Value)))
            .OrderBy(static bucket => bucket.Bound),
    ];

    [GeneratedRegex(
        @"^(?<name>[a-zA-Z_:][\w:]*)(\{(?<labels>.*)\})? (?<value>\S+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Sample();

    [GeneratedRegex("_(bucket|sum|count)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Suffix();

    [GeneratedRegex(@"(?<key>\w+)=""(?<value>[^""]*)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Label();
}
