using SharedModels.Cuda.Driver;

namespace SharedModels.Cuda.Tests.Driver;

internal sealed class FakeNvml : INvml
{
    public Dictionary<string, NvmlReading> Readings { get; } = [];

    /// <summary>What happens before an answer: it may take long.</summary>
    public Action<string> OnRead { get; set; } = static _ => { };

    public NvmlReading? Read(string uuid)
    {
        OnRead(uuid);
        return Readings.GetValueOrDefault(uuid);
    }
}
