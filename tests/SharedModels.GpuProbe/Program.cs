using SharedModels.Cuda.Driver;
using SharedModels.GpuProbe;

// What a CUDA device does, asked through SharedModels.Cuda without libtorch. Made for a machine that has the driver and nothing else; see
// eng/gpu. Each suite takes well under a minute and writes its rows as it goes.
Dictionary<string, Action<Target>> suites = new()
{
    ["contexts"] = ContextSuite.Run,
    ["ordering"] = OrderingSuite.Run,
    ["transfers"] = TransferSuite.Run,
    ["pinning"] = PinningSuite.Run,
    ["memory"] = MemorySuite.Run,
    ["nvml"] = NvmlSuite.Run,
    ["errors"] = ErrorSuite.Run,
};

if (args is ["fault", var kind])
    return ErrorSuite.Fail(kind);
var names = args.Length == 0 ? [.. suites.Keys] : args;
if (names.FirstOrDefault(name => !suites.ContainsKey(name)) is { } unknown)
{
    Console.Error.WriteLine($"gpu-probe: There is no suite '{unknown}'. The suites are: {string.Join(", ", suites.Keys)}.");
    return 2;
}

var start = CudaDriver.Open();
if (start.Driver is not { } driver)
{
    Console.Error.WriteLine($"gpu-probe: Nothing was measured. {start.Problem ?? "This machine has no CUDA device."}");
    return 3;
}

using var target = new Target(driver);
DeviceSuite.Run(target);
var failures = 0;
foreach (var name in names)
{
    try
    {
        suites[name](target);
    }
#pragma warning disable CA1031 // The other suites still tell something.
    catch (Exception exception)
#pragma warning restore CA1031
    {
        failures++;
        Console.WriteLine($"\n**{name} ended early: {exception.GetType().Name}: {exception.Message}**");
    }
}

return failures == 0 ? 0 : 1;
