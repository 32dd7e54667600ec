using SharedModels.Cuda.Driver;

namespace SharedModels.GpuProbe;

/// <summary>The readings of NVML, and their duration.</summary>
internal static class NvmlSuite
{
    public static void Run(Target target)
    {
        using var table = new Table("nvml", "what", "value");
        if (Nvml.TryOpen() is not { } nvml)
        {
            table.Row("library", "not here");
            return;
        }

        NvmlReading? reading = null;
        var times = Target.Interleave(() => reading = nvml.Read(target.Uuid), () => target.Driver.GetMemory(0));
        table.Row("a reading, ms", Table.Spread(times[0]));
        table.Row("cuMemGetInfo, ms", Table.Spread(times[1], "0.000"));
        table.Row("other processes", reading?.OtherProcessesBytes is { } bytes ? $"{bytes} bytes" : "not reported (host process ids?)");
        table.Row("temperature", reading?.TemperatureCelsius is { } celsius ? $"{celsius} °C" : "not reported");
    }
}
