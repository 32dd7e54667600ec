using SharedModels.Cuda.Driver;

namespace SharedModels.Cuda.Tests.Driver;

public sealed class NvmlProcessesTests
{
    private const int Own = 7;

    [Fact]
    public void Others_are_all_but_this_process() =>
        Assert.Equal(500, Nvml.OthersOf([Process(3, 200), Process(Own, 1000), Process(4, 300)], Own));

    [Fact]
    public void Alone_there_are_none() => Assert.Equal(0, Nvml.OthersOf([Process(Own, 1000)], Own));

    [Fact]
    public void Where_this_process_has_another_id_its_own_bytes_are_not_taken_for_those_of_others() =>
        Assert.Null(Nvml.OthersOf([Process(4321, 1000)], Own));

    [Fact]
    public void What_the_driver_may_not_say_is_not_taken_for_nothing() =>
        Assert.Null(Nvml.OthersOf([Process(Own, ulong.MaxValue), Process(3, ulong.MaxValue)], Own));

    [Fact]
    public void What_the_driver_may_not_say_of_this_process_does_not_matter() =>
        Assert.Equal(200, Nvml.OthersOf([Process(Own, ulong.MaxValue), Process(3, 200)], Own));

    [Fact]
    public void A_process_that_computes_and_draws_counts_once() => Assert.Equal(
        500, Nvml.OthersOf([Process(Own, 1000), Process(3, 200), Process(4, 300), Process(3, 200), Process(Own, 1000)], Own));

    private static NvmlProcess Process(uint id, ulong bytes) => new() { Id = id, UsedBytes = bytes };
}
