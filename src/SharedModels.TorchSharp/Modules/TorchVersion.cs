using TorchSharp;

namespace SharedModels.TorchSharp.Modules;

/// <summary>What TorchSharp has had since some version only, with what takes its place before.</summary>
internal static class TorchVersion
{
#if TORCHSHARP_0_105
    public const bool HasAttention = true;

    public static bool HasMps => torch.mps_is_available();

    public static DeviceType Mps => DeviceType.MPS;

    /// <summary>Switches gradients off, and the counting of versions that they need.</summary>
    public static IDisposable Infer() => torch.inference_mode();

    public static torch.Tensor Attention(torch.Tensor query, torch.Tensor key, torch.Tensor value, bool causal) =>
        torch.nn.functional.scaled_dot_product_attention(query, key, value, is_casual: causal);
#else
    public const bool HasAttention = false;

    public static bool HasMps => false;

    public static DeviceType Mps => throw new NotSupportedException("This version of TorchSharp has no MPS device; 0.105 and later have.");

    public static IDisposable Infer() => torch.no_grad();

    public static torch.Tensor Attention(torch.Tensor query, torch.Tensor key, torch.Tensor value, bool causal) =>
        throw new NotSupportedException("This version of TorchSharp has no scaled_dot_product_attention; 0.105 and later have.");
#endif
}
