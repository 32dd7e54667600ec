namespace SharedModels.Cuda;

/// <summary>An engine that computes on CUDA devices.</summary>
internal interface ICudaEngine
{
    /// <summary>Finds why the engine cannot use the devices; returns <see langword="null"/> if it can.</summary>
    string? FindProblem();
}
