using SharedModels.Cuda.Driver;

namespace SharedModels.Cuda.Tests.Driver;

/// <summary>NVML of different driver versions.</summary>
public sealed class NvmlTests
{
    private const string Computing = "nvmlDeviceGetComputeRunningProcesses";
    private const string Drawing = "nvmlDeviceGetGraphicsRunningProcesses";

    private readonly SimulatedNvml _nvml = new();

    public NvmlTests() => _nvml.Handles["GPU-one"] = SimulatedNvml.Gpu;

    [Theory]
    [InlineData("_v1 _v2 _v3", 303L)]
    [InlineData("_v1 _v2", 202L)]
    [InlineData("_v1", null)]
    public void Processes_are_read_with_the_newest_available_function(string versions, long? expected)
    {
        foreach (var version in versions.Split(' '))
            AddLists(version, (ulong)(version[^1] - '0'));
        _nvml.Xids.Enqueue(79);
        var reading = Nvml.TryOpen(new NvmlLibrary(_nvml.Find))!.Read("one")!;
        Assert.Equal((expected, 40), (reading.OtherProcessesBytes, reading.TemperatureCelsius));
        Assert.Equal([79], reading.CriticalXids);
    }

    [Fact]
    public void A_library_that_lacks_anything_else_is_not_used()
    {
        _nvml.Remove("nvmlEventSetWait_v2");
        Assert.Contains(
            "nvmlEventSetWait_v2",
            Assert.Throws<EntryPointNotFoundException>(() => new NvmlLibrary(_nvml.Find)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_slice_has_its_own_processes_and_the_temperature_of_its_gpu()
    {
        _nvml.Handles.Clear();
        _nvml.Handles["MIG-one"] = SimulatedNvml.Slice;
        AddLists("_v3", 1);
        var reading = Nvml.TryOpen(new NvmlLibrary(_nvml.Find))!.Read("one")!;
        Assert.Equal((101L, 40), (reading.OtherProcessesBytes, reading.TemperatureCelsius));
    }

    /// <summary>Adds a process that computes, with 100 times the bytes, and a process that draws.</summary>
    private void AddLists(string version, ulong bytes)
    {
        // The functions of the first version have no suffix.
        var suffix = version == "_v1" ? "" : version;
        _nvml.AddList(Computing + suffix, Process(Environment.ProcessId, 1000), Process(1, 100 * bytes));
        _nvml.AddList(Drawing + suffix, Process(2, bytes));
    }

    private static NvmlProcess Process(int id, ulong bytes) => new() { Id = (uint)id, UsedBytes = bytes };
}
