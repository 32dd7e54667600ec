namespace SharedModels.Cuda;

/// <summary>An engine that computes on CUDA devices.</summary>
internal interface ICudaEngine
{
    /// <summary>Returns the reason why the engine cannot use the devices, or <see langword="null"/> if it can.</summary>
    string? FindProblem();
}
