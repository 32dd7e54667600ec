using SharedModels.Cuda.Driver;

namespace SharedModels.Cuda.Tests.Driver;

internal sealed class FakeNvml : INvml
{
    public Dictionary<string, NvmlReading> Readings { get; } = [];

    public NvmlReading? Read(string uuid) => Readings.GetValueOrDefault(uuid);
}
