using SharedModels.Cuda.Driver;
using SharedModels.GpuBenchmarks;
using SharedModels.TorchSharp;

// What only a CUDA device with libtorch can tell; see eng/gpu. Each suite stays well below ten minutes.
Dictionary<string, Action<Report>> suites = new()
{
    ["transfers"] = TransferBenchmark.Run,
    ["alternation"] = AlternationBenchmark.Run,
    ["prefetch"] = PrefetchBenchmark.Run,
    ["cycles"] = CycleBenchmark.Run,
    ["exclusive"] = ExclusiveBenchmark.Run,
    ["owlv2"] = Owlv2Benchmark.Run,
};
var names = args.Length == 0 ? [.. suites.Keys] : args;
if (names.FirstOrDefault(name => !suites.ContainsKey(name)) is { } unknown)
{
    Console.Error.WriteLine($"gpu-benchmarks: There is no suite '{unknown}'. The suites are: {string.Join(", ", suites.Keys)}.");
    return 2;
}

var start = CudaDriver.OpenShared();
var problem = start.Driver is null ? start.Problem ?? "This machine has no CUDA device." : TorchLibrary.FindCudaProblem();
if (problem is not null)
{
    Console.Error.WriteLine($"gpu-benchmarks: Nothing was measured. {problem}");
    return 3;
}

var driver = start.Driver!;
driver.RetainContext(0);
var report = new Report(Console.Out);
report.Text(
    $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd}, {driver.GetName(0)}, driver {NvmlApi.DriverVersion()}, "
    + $"{driver.GetMemory(0).FreeBytes >> 20} MiB free. Medians with the smallest and the largest value, after three warm-up rounds.");
foreach (var name in names)
{
    report.Text($"## {name}");
    suites[name](report);
    report.Text($"Clocks at the end: {NvmlApi.Describe(driver.GetUuid(0))}.");
}

return 0;
