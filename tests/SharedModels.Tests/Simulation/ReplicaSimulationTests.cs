using SharedModels.Simulation;
using SharedModels.Simulation.Replicas;

namespace SharedModels.Tests.Simulation;

/// <summary>One model on two devices: a single replica, two replicas, and two ids, on the same traces in virtual time.</summary>
public sealed class ReplicaSimulationTests
{
    private const long ModelBytes = 4_000_000_000;

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void Requests_wait_less_with_two_replicas_than_with_two_ids(double load)
    {
        var trace = CreateTrace(load, models: 1);
        var ids = ReplicaSimulation.Run(trace, new() { Ids = 2 });
        var replicas = ReplicaSimulation.Run(trace, new() { MaxReplicas = 2 });
        Assert.True(replicas.Mean < ids.Mean, $"{replicas.Mean} instead of {ids.Mean}");
        Assert.Equal(2, replicas.Moves);
    }

    [Fact]
    public void Two_replicas_serve_what_one_cannot()
    {
        var trace = CreateTrace(load: 1.5, models: 1);
        var one = ReplicaSimulation.Run(trace, new());
        var two = ReplicaSimulation.Run(trace, new() { MaxReplicas = 2 });
        Assert.InRange(two.Throughput / one.Throughput, 1.45, 1.55);
    }

    [Fact]
    public void A_replica_does_not_take_the_device_of_a_model_that_is_used_unless_it_is_worth_it()
    {
        // Each device has room for one of the models.
        var trace = CreateTrace(load: 0.8, models: 2);
        var result = ReplicaSimulation.Run(trace, new() { MaxReplicas = 2, Device = new(6_000_000_000) });
        Assert.Equal(2, result.Moves);
    }

    private static Trace CreateTrace(double load, int models)
    {
        var options = new TraceOptions
        {
            Models = models,
            Requests = 20_000,
            SmallestModelBytes = ModelBytes,
            LargestModelBytes = ModelBytes,
            ZipfExponent = Math.Log2(3),
        };
        var hold = options.MedianHold * Math.Exp(options.HoldSpread * options.HoldSpread / 2);
        return Trace.Create(options with { MeanInterval = hold / load });
    }
}
