namespace SharedModels.Cuda.Tests.Devices;

internal sealed class FakeEngine(Func<string?> findProblem) : ICudaEngine
{
    public string? FindProblem() => findProblem();
}
