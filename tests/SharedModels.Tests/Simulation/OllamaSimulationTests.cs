using SharedModels.Simulation;

namespace SharedModels.Tests.Simulation;

/// <summary>
/// Ollama's policy on traces that fit on a line: models of one byte, moved at a byte a second, to a device with room for two.
/// </summary>
public sealed class OllamaSimulationTests
{
    private static readonly SimulatedDevice Device = new(BudgetBytes: 2, BytesPerSecond: 1);

    [Fact]
    public void Loading_and_unloading_take_their_time()
    {
        var result = Run(new(), (0, 0, 1), (10, 1, 1), (20, 2, 1));
        Assert.Equal([1, 1, 1.5], Seconds(result));
        Assert.Equal((3, 3L), (result.Moves, result.BytesMoved));
        Assert.Equal(TimeSpan.FromSeconds(22.5), result.End);
    }

    [Fact]
    public void A_request_for_a_loaded_model_does_not_wait_for_an_unload_unless_the_queue_is_strict()
    {
        (double, int, double)[] requests = [(0, 0, 1), (10, 1, 1), (20, 2, 1), (20.1, 1, 0.1)];
        Assert.Equal([0, 1, 3, 2], Run(new() { UnloadTime = TimeSpan.FromSeconds(5) }, requests).Order);
        Assert.Equal([0, 1, 2, 3], Run(new() { UnloadTime = TimeSpan.FromSeconds(5), IsStrictlyFifo = true }, requests).Order);
    }

    [Fact]
    public void The_head_of_the_queue_blocks_the_rest()
    {
        // The third request finds its model loaded only after the second, which waits for room, has been served.
        var result = Run(new(), (0, 0, 10), (0, 1, 10), (1.5, 2, 1), (1.6, 3, 1));
        Assert.Equal([0, 1, 2, 3], result.Order);
    }

    [Fact]
    public void The_first_idle_model_by_name_or_the_least_recently_used_one_is_unloaded()
    {
        (double, int, double)[] requests = [(0, 1, 1), (10, 0, 1), (20, 2, 1), (30, 0, 1)];
        Assert.Equal([1, 1, 1.5, 1.5], Seconds(Run(new(), requests)));
        Assert.Equal([1, 1, 1.5, 0], Seconds(Run(new() { EvictsByRemainingKeepAlive = true }, requests)));
    }

    [Fact]
    public void A_request_waits_for_a_model_in_use()
    {
        // It ends at 11, is off the device at 11.5, and the other model is in use until 12. The third is loaded at 12.5.
        var result = Run(new(), (0, 0, 10), (0.5, 1, 1), (1.5, 2, 1));
        Assert.Equal([1, 10.5, 11], Seconds(result));
    }

    [Fact]
    public void An_idle_model_is_unloaded_when_its_keep_alive_time_is_over()
    {
        var result = Run(new() { KeepAlive = TimeSpan.FromSeconds(5) }, (0, 0, 1), (6.9, 0, 1), (13, 0, 1));
        Assert.Equal([1, 0, 1], Seconds(result));
        Assert.Equal(2, result.Moves);
    }

    [Fact]
    public void No_more_models_are_loaded_than_the_limit_allows()
    {
        var result = Run(new() { MaxLoadedModels = 1 }, (0, 0, 1), (10, 1, 1));
        Assert.Equal([1, 1.5], Seconds(result));
    }

    [Fact]
    public void A_model_larger_than_the_device_is_loaded_without_others()
    {
        var trace = new Trace([1, 3], [Request((0, 0, 1)), Request((5, 1, 1)), Request((20, 0, 1))]);
        Assert.Equal([1, 3.5, 1.5], Seconds(BaselineSimulation.Ollama(trace, Device)));
    }

    private static SimulationResult Run(OllamaOptions options, params (double, int, double)[] requests) =>
        BaselineSimulation.Ollama(new([1, 1, 1, 1], [.. requests.Select(Request)]), Device, options);

    private static SimulatedRequest Request((double Arrival, int Model, double Hold) request) =>
        new(TimeSpan.FromSeconds(request.Arrival), request.Model, TimeSpan.FromSeconds(request.Hold));

    private static IEnumerable<double> Seconds(SimulationResult result) => result.Waits.Select(static wait => wait.TotalSeconds);
}
