using SharedModels.Cuda.Driver;
using SharedModels.GpuBenchmarks;
using SharedModels.TorchSharp;

// Measurements that need a CUDA device with libtorch. See eng/gpu. Each suite takes well below ten minutes.
Dictionary<string, Action<Report>> suites = new()
{
    ["transfers"] = TransferBenchmark.Run,
    ["alternation"] = AlternationBenchmark.Run,
    ["prefetch"] = PrefetchBenchmark.Run,
    ["cycles"] = CycleBenchmark.Run,
    ["exclusive"] = ExclusiveBenchmark.Run,
    ["owlv2"] = Owlv2Benchmark.Run,
};
var suiteRun = new SuiteRun("gpu-benchmarks", Console.Error);
if (suiteRun.Choose(args, suites.Keys) is not { } names)
    return 2;

var start = CudaDriver.OpenShared();
var problem = start.Driver is null ? start.Problem ?? "This machine has no CUDA device." : TorchLibrary.FindCudaProblem();
if (problem is not null)
{
    Console.Error.WriteLine($"gpu-benchmarks: Nothing was measured. {problem}");
    return 3;
}

var driver = start.Driver!;
var report = new Report(Console.Out);
report.Text(
    $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd}, {driver.GetName(0)}, driver {NvmlApi.DriverVersion()}, "
    + $"{driver.GetMemory(0).FreeBytes >> 20} MiB free. Medians with the smallest and the largest value, after three warm-up rounds.");
return SuiteRun.Run(
    driver,
    names,
    name =>
    {
        report.Text($"## {name}");
        suites[name](report);
        report.Text($"Clocks under load, after the last row: {DeviceLoad.Run(() => NvmlApi.Describe(driver.GetUuid(0)))}.");
    },
    report.Text);
