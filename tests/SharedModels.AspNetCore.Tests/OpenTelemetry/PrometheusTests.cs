using System.Text.RegularExpressions;

namespace SharedModels.AspNetCore.Tests.OpenTelemetry;

/// <summary>Metrics as Prometheus reads them.</summary>
[Collection(nameof(OtlpCollection))]
public sealed partial class PrometheusTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Quantiles_of_a_histogram_are_right_within_a_bucket(int seed)
    {
        // Times from 100 microseconds to 5 minutes, of which each power of ten is as likely as the next.
        var random = new Random(seed);
        var times = Enumerable.Range(0, 200)
            .Select(_ => TimeSpan.FromSeconds(Math.Round(Math.Exp(Math.Log(1e-4) + (random.NextDouble() * Math.Log(3e6))), 6)))
            .ToList();
        await using var application = await MeteredApplication.StartAsync();
        foreach (var time in times)
        {
            using var lease = await application.Manager.FetchModelAsync("a");
            application.Time.Advance(time);
        }

        var buckets = new PrometheusText(await application.ScrapeAsync()).Buckets("sharedmodels_lease_hold_duration_seconds");
        Assert.Equal(times.Count, buckets[^1].Count);
        times.Sort();
        foreach (var quantile in (double[])[0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99])
        {
            var exact = times[(int)Math.Ceiling(quantile * times.Count) - 1].TotalSeconds;
            var (lower, upper) = BucketOf(buckets, exact);
            Assert.InRange(Quantile(buckets, quantile), lower, upper);
            Assert.True(lower == 0 || upper <= 3 * lower, $"The bucket from {lower} s to {upper} s is too wide.");
        }
    }

    [Fact]
    public async Task The_dashboard_queries_what_is_exported_and_nothing_is_missing()
    {
        await using var application = await MeteredApplication.StartAsync();
        using var lease = await application.UseEverythingAsync();
        var text = new PrometheusText(await application.ScrapeAsync());
        Assert.NotEmpty(GrafanaDashboard.Queries);
        Assert.All(GrafanaDashboard.Queries, query =>
        {
            const StringSplitOptions NonBlank = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
            var labels = By().Match(query).Groups["labels"].Value.Split(',', NonBlank);
            var name = Name().Match(query).Value;
            Assert.True(text.Has(name, labels), $"{query}: no series {name} with the labels {string.Join(", ", labels)} is exported.");
        });
        Assert.DoesNotContain(
            text.Names,
            static name => name.StartsWith("sharedmodels_", StringComparison.Ordinal)
                && !GrafanaDashboard.Queries.Any(query => query.Contains(name, StringComparison.Ordinal)));
    }

    // As Prometheus computes it: linear within a bucket. https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile
    private static double Quantile(List<(double Bound, double Count)> buckets, double quantile)
    {
        var rank = quantile * buckets[^1].Count;
        var i = buckets.FindIndex(bucket => bucket.Count >= rank);
        if (i == buckets.Count - 1)
            return buckets[^2].Bound;
        var (lower, below) = i == 0 ? (0, 0) : buckets[i - 1];
        return lower + ((buckets[i].Bound - lower) * (rank - below) / (buckets[i].Count - below));
    }

    private static (double Lower, double Upper) BucketOf(List<(double Bound, double Count)> buckets, double value)
    {
        var i = buckets.FindIndex(bucket => bucket.Bound >= value);
        return (i == 0 ? 0 : buckets[i - 1].Bound, buckets[i].Bound);
    }

    [GeneratedRegex(@"by \((?<labels>[^)]*)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex By();

    [GeneratedRegex(@"sharedmodels_\w+", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Name();
}
