using SharedModels.Cuda.Driver;

namespace SharedModels.Cuda.Tests.Driver;

public sealed class MissingDriverTests
{
    [Fact]
    public void A_machine_without_the_library_has_no_driver()
    {
        if (!File.Exists("/dev/nvidiactl"))
            Assert.Null(CudaDriver.Open().Driver);
        else
            Assert.True(CudaDriver.Open().Driver!.DeviceCount > 0);
    }
}
