using SharedModels.Simulation;
using SharedModels.Simulation.Batching;

namespace SharedModels.Tests.Simulation;

/// <summary>Batches of the production scheduler next to those of others, on the same traces in virtual time.</summary>
public sealed class BatchSimulationTests
{
    private static readonly BatchCurve Curve = new(TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(0.5));

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    [InlineData(1.2)]
    public void With_one_model_no_delay_is_the_best_delay(double load)
    {
        var trace = CreateTrace(models: 1, load, bytes: 1);
        var ours = BatchPolicy.SharedModels.Run(trace, new(10), Curve);
        foreach (var other in (BatchPolicy[])
            [
                BatchPolicy.Triton(TimeSpan.Zero), BatchPolicy.RayServe(TimeSpan.FromMilliseconds(2)),
                BatchPolicy.RayServe(TimeSpan.FromMilliseconds(10)), BatchPolicy.Triton(TimeSpan.FromMilliseconds(5), 4, 8, 16),
            ])
        {
            var result = other.Run(trace, new(10), Curve);
            Assert.True(ours.Mean <= 1.02 * result.Mean, $"{other.Name}: {ours.Mean} instead of {result.Mean}");
            Assert.True(ours.Quantile(0.99) <= 1.02 * result.Quantile(0.99), $"{other.Name}: {ours.Quantile(0.99)}");
        }
    }

    [Theory]
    [InlineData(0.8, 0.88, 1.06)]
    [InlineData(0.9, 0.87, 1)]
    [InlineData(0.95, 0.87, 1)]
    public void Among_eight_models_the_mean_is_lower_than_with_the_oldest_batch_first(double load, double mean, double quantile)
    {
        var trace = CreateTrace(models: 8, load, bytes: 1);
        var ours = BatchPolicy.SharedModels.Run(trace, new(10), Curve);
        var oldest = BatchPolicy.OldestFirst.Run(trace, new(10), Curve);
        Assert.InRange(ours.Mean / oldest.Mean, 0, mean);
        Assert.InRange(ours.Quantile(0.99) / oldest.Quantile(0.99), 0, quantile);
        Assert.InRange(ours.Longest / oldest.Longest, 0, 1.5);
    }

    [Fact]
    public void Models_that_do_not_all_fit_serve_several_times_as_much_in_batches()
    {
        var trace = CreateTrace(models: 8, load: 2, bytes: 1_000_000_000);
        var ours = BatchPolicy.SharedModels.Run(trace, new(3_000_000_000), Curve);
        Assert.True(ours.Throughput > 3 * BatchPolicy.None.Run(trace, new(3_000_000_000), Curve).Throughput);
        Assert.True(ours.Throughput > 2 * BatchPolicy.OldestFirst.Run(trace, new(3_000_000_000), Curve).Throughput);
        Assert.Equal(trace.Requests.Count, ours.Latencies.Count(static latency => latency > TimeSpan.Zero));
    }

    private static Trace CreateTrace(int models, double load, long bytes) => Trace.Create(new()
    {
        Models = models,
        Requests = 20_000,
        SmallestModelBytes = bytes,
        LargestModelBytes = bytes,
        MeanInterval = TimeSpan.FromSeconds(1 / (load * Curve.Capacity)),
    });
}
