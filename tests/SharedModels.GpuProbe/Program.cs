using SharedModels.Cuda.Driver;
using SharedModels.GpuProbe;

// The behavior of a CUDA device, observed through SharedModels.Cuda without libtorch. The program needs only a machine with the driver. See
// eng/gpu. Each suite takes well under a minute and writes its rows as it goes.
const string Device = "device";
Dictionary<string, Action<Target>> suites = new()
{
    [Device] = DeviceSuite.Run,
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
var suiteRun = new SuiteRun("gpu-probe", Console.Error);
if (suiteRun.Choose(args, suites.Keys) is not { } names)
    return 2;

var start = CudaDriver.Open();
if (start.Driver is not { } driver)
{
    Console.Error.WriteLine($"gpu-probe: Nothing was measured. {start.Problem ?? "This machine has no CUDA device."}");
    return 3;
}

using var target = new Target(driver);

// Every table needs the device that it was measured on.
var ordered = names.Prepend(Device).Distinct();
return SuiteRun.Run(driver, ordered, name => suites[name](target), static line => Console.WriteLine($"\n{line}"));
