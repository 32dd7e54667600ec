namespace SharedModels.GpuProbe;

/// <summary>Names the device and the driver, with clocks and bus under load.</summary>
internal static unsafe class DeviceSuite
{
    public static void Run(Target target)
    {
        int version;
        CudaApi.Check(CudaApi.GetDriverVersion(&version), "cuDriverGetVersion");
        var (free, total) = target.Driver.GetMemory(0);
        using var table = new Table("device", "what", "value");
        table.Row("date", $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd HH:mm} UTC");
        table.Row("device", target.Driver.GetName(0));
        table.Row("driver", $"{NvmlApi.DriverVersion()}, CUDA {version / 1000}.{version % 1000 / 10}");
        table.Row("memory", $"{free >> 20} of {total >> 20} MiB free");
        table.Row("granularity of virtual memory", $"{target.Driver.GetGranularity(0)} bytes");
        var kernels = new Kernels();
        var block = target.Pool.Allocate(0, 1 << 20);
        kernels.FillLater(block.Address, 1, 500_000_000);
        table.Row("under load", NvmlApi.Describe(target.Uuid));
        target.Pool.Free(block);
    }
}
