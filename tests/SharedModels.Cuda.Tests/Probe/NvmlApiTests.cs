using SharedModels.Cuda.Tests.Driver;
using SharedModels.GpuProbe;

namespace SharedModels.Cuda.Tests.Probe;

public sealed class NvmlApiTests : IDisposable
{
    private readonly SimulatedNvml _nvml = new();
    private readonly Func<string, nint> _find = NvmlApi.Find;

    // No other tests call functions of NVML through this class.
    public NvmlApiTests() => NvmlApi.Find = _nvml.Find;

    public void Dispose() => NvmlApi.Find = _find;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_slice_has_the_clocks_and_the_bus_of_its_gpu(bool isSlice)
    {
        _nvml.Handles[isSlice ? "MIG-one" : "GPU-one"] = isSlice ? SimulatedNvml.Slice : SimulatedNvml.Gpu;
        Assert.Equal("SM 1980 MHz, memory 3201 MHz, PCIe 5 x16", NvmlApi.Describe("one"));
    }

    [Fact]
    public void A_device_that_nvml_does_not_know_has_no_clocks_and_no_bus() =>
        Assert.Equal("NVML does not know the device", NvmlApi.Describe("one"));
}
