namespace SharedModels.Cuda;

/// <summary>An engine that computes on CUDA devices.</summary>
/// <param name="FindProblem">Finds why the engine cannot use them; returns <see langword="null"/> if it can.</param>
internal sealed record CudaEngine(Func<string?> FindProblem);
