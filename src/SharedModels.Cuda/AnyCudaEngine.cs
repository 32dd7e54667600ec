namespace SharedModels.Cuda;

/// <summary>An engine of the application's own, which can use every device.</summary>
internal sealed class AnyCudaEngine : ICudaEngine
{
    public string? FindProblem() => null;
}
