namespace SharedModels.TorchSharp.Tests;

/// <summary>A test that runs TorchSharp. It is skipped, with the reason, if the native library cannot be loaded.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TorchFactAttribute : FactAttribute
{
    public TorchFactAttribute() => Skip = TorchLibrary.Problem;
}
