using TorchSharp;

namespace SharedModels.GpuBenchmarks;

/// <summary>Makes the host wait for the device, so that a clock measures the requested work.</summary>
internal static class CudaWait
{
    private static readonly torch.Device Gpu = new(DeviceType.CUDA, 0);
    private static readonly torch.Device Host = new(DeviceType.CPU);

    public static torch.Device Device => Gpu;

    public static void ForAll()
    {
        using var scope = torch.NewDisposeScope();
        torch.zeros([1], torch.ScalarType.Float32, Gpu).to(Host);
    }
}
