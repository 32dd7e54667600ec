namespace SharedModels.Cuda;

/// <summary>
/// An engine of the application itself, which can use every device. It is only considered if no other engine is registered: an
/// application that configures a known engine does not have its own.
/// </summary>
internal sealed class AnyCudaEngine : ICudaEngine
{
    public string? FindProblem() => null;
}
