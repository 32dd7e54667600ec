namespace SharedModels.Cuda;

/// <summary>
/// An engine of the application's own, which can use every device. It counts only if no other engine is registered: an application that
/// sets options for a known engine has none of its own.
/// </summary>
internal sealed class AnyCudaEngine : ICudaEngine
{
    public string? FindProblem() => null;
}
