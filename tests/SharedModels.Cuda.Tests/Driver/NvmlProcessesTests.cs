using SharedModels.Cuda.Driver;

namespace SharedModels.Cuda.Tests.Driver;

public sealed class NvmlProcessesTests
{
    private const int Own = 7;

    [Fact]
    public void Other_processes_are_all_except_this_one() =>
        Assert.Equal(500, Nvml.OthersOf([Process(3, 200), Process(Own, 1000), Process(4, 300)], Own));

    [Fact]
    public void Without_other_processes_their_bytes_are_zero() => Assert.Equal(0, Nvml.OthersOf([Process(Own, 1000)], Own));

    [Fact]
    public void If_this_process_has_another_id_its_own_bytes_are_not_counted_as_those_of_others() =>
        Assert.Null(Nvml.OthersOf([Process(4321, 1000)], Own));

    [Fact]
    public void Bytes_that_the_driver_does_not_report_are_not_counted_as_zero() =>
        Assert.Null(Nvml.OthersOf([Process(Own, ulong.MaxValue), Process(3, ulong.MaxValue)], Own));

    [Fact]
    public void Bytes_of_this_process_do_not_have_to_be_reported() =>
        Assert.Equal(200, Nvml.OthersOf([Process(Own, ulong.MaxValue), Process(3, 200)], Own));

    [Fact]
    public void A_process_that_computes_and_draws_counts_once() => Assert.Equal(
        500, Nvml.OthersOf([Process(Own, 1000), Process(3, 200), Process(4, 300), Process(3, 200), Process(Own, 1000)], Own));

    private static NvmlProcess Process(uint id, ulong bytes) => new() { Id = id, UsedBytes = bytes };
}
