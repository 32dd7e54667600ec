namespace SharedModels.TorchSharp.Tests;

/// <summary>A theory that runs TorchSharp. It is skipped, with the reason, if the native library cannot be loaded.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TorchTheoryAttribute : TheoryAttribute
{
    public TorchTheoryAttribute() => Skip = TorchLibrary.Problem;
}
