namespace SharedModels.TorchSharp.Tests;

/// <summary>A test that runs TorchSharp: skipped, with the reason, where its native library cannot be loaded.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TorchFactAttribute : FactAttribute
{
    public TorchFactAttribute() => Skip = TorchLibrary.Problem;
}
