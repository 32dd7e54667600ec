using SharedModels.TorchSharp.Cuda;

namespace SharedModels.TorchSharp.Tests.Cuda;

internal sealed class FakeNvml : INvml
{
    public Dictionary<string, NvmlReading> Readings { get; } = [];

    public NvmlReading? Read(string uuid) => Readings.GetValueOrDefault(uuid);
}
