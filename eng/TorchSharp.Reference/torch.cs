namespace TorchSharp;

public static partial class torch
{
    public static string __version__ => throw null!;

    public static DisposeScope NewDisposeScope() => throw null!;

    public static IDisposable no_grad() => throw null!;

    public static IDisposable enable_grad(bool enabled = true) => throw null!;

    public static IDisposable inference_mode(bool mode = true) => throw null!;

    public static bool TryInitializeDeviceType(DeviceType deviceType) => throw null!;

    public static bool mps_is_available() => throw null!;

    public static Tensor empty(
        long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        throw null!;

    public static Tensor zeros(
        long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        throw null!;

    public static Tensor tensor(
        float[] dataArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        throw null!;

    public static Tensor tensor(
        long[] dataArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        throw null!;

    public static Tensor sparse_coo_tensor(
        Tensor indices,
        Tensor values,
        long[] size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        throw null!;

    public static Tensor cat(IList<Tensor> tensors, long dim = 0) => throw null!;

    public static partial class cuda
    {
        public static bool is_available() => throw null!;
    }
}
