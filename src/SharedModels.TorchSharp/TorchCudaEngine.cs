using SharedModels.Cuda;

namespace SharedModels.TorchSharp;

/// <inheritdoc/>
internal sealed class TorchCudaEngine : ICudaEngine
{
    public string? FindProblem() => TorchLibrary.FindCudaProblem();
}
