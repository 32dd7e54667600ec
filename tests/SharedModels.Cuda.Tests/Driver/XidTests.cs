using SharedModels.Cuda.Driver;

namespace SharedModels.Cuda.Tests.Driver;

public sealed class XidTests
{
    [Theory]
    [InlineData(13)]
    [InlineData(31)]
    [InlineData(43)]
    [InlineData(45)]
    [InlineData(63)]
    public void An_error_of_a_program_affects_only_the_program(long number) => Assert.Null(Xid.Find(number));

    [Theory]
    [InlineData(46)]
    [InlineData(62)]
    [InlineData(95)]
    [InlineData(109)]
    [InlineData(110)]
    [InlineData(119)]
    [InlineData(120)]
    [InlineData(140)]
    [InlineData(143)]
    [InlineData(158)]
    public void An_error_of_the_GPU_itself_needs_a_reset(long number)
    {
        Assert.True(Xid.Find(number)!.IsLoss);
        Assert.StartsWith("Reset the GPU", Xid.Find(number)!.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_GPU_that_fell_off_the_bus_needs_a_restart_of_the_machine() =>
        Assert.StartsWith("Restart the machine", Xid.Find(79)!.Remedy, StringComparison.Ordinal);

    [Theory]
    [InlineData(48)]
    [InlineData(64)]
    [InlineData(74)]
    [InlineData(94)]
    [InlineData(136)]
    [InlineData(154)]
    public void A_contained_error_may_belong_to_another_process(long number) => Assert.False(Xid.Find(number)!.IsLoss);
}
