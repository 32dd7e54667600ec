using SharedModels.Cuda.Driver;

namespace SharedModels.Cuda.Tests.Driver;

public sealed class MigSliceTests
{
    private const uint Every = 0xFFFFFFFF;

    [Theory]
    [InlineData(2u, 1u, true)]
    [InlineData(Every, Every, true)]
    [InlineData(2u, Every, true)]
    [InlineData(3u, 1u, false)]
    [InlineData(3u, Every, false)]
    [InlineData(2u, 0u, false)]
    public void An_event_of_another_slice_does_not_concern_this_one(uint gpuInstance, uint computeInstance, bool isConcerned)
    {
        var found = new NvmlEvent { GpuInstance = gpuInstance, ComputeInstance = computeInstance, Data = 95 };
        Assert.Equal(isConcerned, new MigSlice(2, 1).IsConcernedBy(found));
    }
}
