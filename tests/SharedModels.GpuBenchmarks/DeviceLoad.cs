using TorchSharp;

namespace SharedModels.GpuBenchmarks;

/// <summary>Keeps the device busy, since an idle one lowers its clocks and the bus.</summary>
internal static class DeviceLoad
{
    private const int Side = 8192;

    /// <summary>About 20 ms each in Float32 on a large GPU.</summary>
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

    // A product is freed at once and its memory taken by the next, so that a hundred of them need no more than one.
    private static void Compute(torch.Tensor values)
    {
        for (var kernel = 0; kernel < Kernels; kernel++)
            values.matmul(values).Dispose();
    }
}
