using SharedModels.Cuda.Driver;

namespace SharedModels.Cuda.Tests.Driver;

internal sealed class FakeNvml : INvml
{
    public Dictionary<string, NvmlReading> Readings { get; } = [];

    /// <summary>An action to run before an answer, which may take long.</summary>
    public Action<string> OnRead { get; set; } = static _ => { };

    public NvmlReading? Read(string uuid)
    {
        OnRead(uuid);
        return Readings.GetValueOrDefault(uuid);
    }
}
