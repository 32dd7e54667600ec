namespace SharedModels.TorchSharp.Tests;

/// <summary>A theory that runs TorchSharp: skipped, with the reason, where its native library cannot be loaded.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TorchTheoryAttribute : TheoryAttribute
{
    public TorchTheoryAttribute() => Skip = TorchLibrary.Problem;
}
