namespace SharedModels.TorchSharp.Tests.Compute;

/// <summary>
/// A test that computes in float16 on the CPU: skipped with a TorchSharp whose
/// libtorch cannot, some of which end the process instead of throwing.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class HalfFactAttribute : FactAttribute
{
#if TORCHSHARP_0_105
    public static string? Missing => null;
#else
    public static string? Missing =>
        "TorchSharp before 0.105 has a libtorch that lacks products of matrices, layer_norm, softmax, sigmoid and gelu in float16 on the "
        + "CPU.";
#endif

    public HalfFactAttribute() => Skip = new TorchFactAttribute().Skip ?? Missing;
}
