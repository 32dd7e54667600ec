using TorchSharp;

namespace SharedModels.GpuBenchmarks;

/// <summary>Keeps the device busy, because an idle device lowers the clocks of its cores and of the bus.</summary>
internal static class DeviceLoad
{
    private const int Side = 8192;

    /// <summary>The number of kernels. Each takes about 20 ms in Float32 on a large GPU.</summary>
    private const int Kernels = 50;

    /// <summary>Reads something while the device computes.</summary>
    public static T Run<T>(Func<T> read)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradients = torch.no_grad();
        var values = torch.randn([Side, Side], torch.ScalarType.Float32, CudaWait.Device);

        // Clocks take a moment to rise.
        Compute(values);
        CudaWait.ForAll();
        Compute(values);
        var result = read();
        CudaWait.ForAll();
        return result;
    }

    // Each product is freed immediately and the next one reuses its memory, so that a hundred need no more memory than one.
    private static void Compute(torch.Tensor values)
    {
        for (var kernel = 0; kernel < Kernels; kernel++)
            values.matmul(values).Dispose();
    }
}
