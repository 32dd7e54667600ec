using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace SharedModels.VisionApi.Tests.Grafana;

/// <summary>The sample's dashboard shows all metrics, under the names that Prometheus gives them.</summary>
public sealed partial class GrafanaTests
{
    private static readonly string[] SeriesOfHistogram = ["_bucket", "_sum", "_count"];

    [Fact]
    public void Every_metric_of_the_dashboard_exists_and_every_metric_is_on_it()
    {
        var dashboard = JsonDocument.Parse(File.ReadAllText(TestFiles.InRepository("samples", "VisionApi", "grafana.json"))).RootElement;
        var queries = dashboard.GetProperty("panels")
            .EnumerateArray()
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
            .Select(target => target.Text("expr"));
        var used = queries.SelectMany(query => Series().Matches(query)).Select(match => match.Value).ToHashSet(StringComparer.Ordinal);
        var instruments = Instruments().Select(SeriesOf).ToList();
        Assert.Empty(used.Except(instruments.SelectMany(static series => series)));
        Assert.Empty(instruments.Where(series => !series.Any(used.Contains)).Select(series => series[0]));
    }

    private static List<Instrument> Instruments()
    {
        var instruments = new List<Instrument>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, _) => Add(instrument) };
        listener.Start();
        using var manager = new SharedModelManager();
        return [.. instruments.DistinctBy(instrument => instrument.Name)];

        void Add(Instrument instrument)
        {
            if (instrument.Meter.Name == "SharedModels")
                instruments.Add(instrument);
        }
    }

    private static string[] SeriesOf(Instrument instrument)
    {
        var name = instrument.Name.Replace('.', '_');
        var unit = instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        name += name.EndsWith(unit, StringComparison.Ordinal) ? "" : unit;
        return instrument switch
        {
            Histogram<double> or Histogram<long> => Array.ConvertAll(SeriesOfHistogram, suffix => name + suffix),
            Counter<long> => [name + "_total"],
            _ => [name],
        };
    }

    [GeneratedRegex("sharedmodels_[a-z_]+", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Series();
}
