using System.Globalization;
using SharedModels.Benchmarks;
using SharedModels.Benchmarks.Batching;
using SharedModels.Benchmarks.Clusters;
using SharedModels.Benchmarks.Generators;
using SharedModels.Benchmarks.Http;
using SharedModels.Benchmarks.Leasing;
using SharedModels.Benchmarks.Detection;
using SharedModels.Benchmarks.Onnx;
using SharedModels.Benchmarks.Publishing;
using SharedModels.Benchmarks.QrCodes;
using SharedModels.Benchmarks.Replicas;
using SharedModels.Benchmarks.Rivals;
using SharedModels.Benchmarks.Versions;
using SharedModels.Benchmarks.Vision;

var suites = new Dictionary<string, Action<Report>>
{
    ["batching"] = BatchingSuite.Run,
    ["cluster"] = ClusterSuite.Run,
    ["generator"] = GeneratorSuite.Run,
    ["http"] = HttpSuite.Run,
    ["http-batches"] = HttpSuite.RunBatches,
    ["http-hang-ups"] = HttpSuite.RunHangUps,
    ["http-overhead"] = HttpSuite.RunOverhead,
    ["leasing"] = LeasingSuite.Run,
    ["leasing-streams"] = LeasingSuite.RunStreams,
    ["onnx"] = OnnxSuite.Run,
    ["owlv2"] = Owlv2Suite.Run,
    ["policy"] = PolicySuite.Run,
    ["publishing"] = PublishingSuite.Run,
    ["qr"] = QrSuite.Run,
    ["replicas"] = ReplicasSuite.Run,
    ["rivals"] = RivalsSuite.Run,
    ["tenants"] = TenantSuite.Run,
    ["versions"] = VersionsSuite.Run,
    ["vision"] = VisionSuite.Run,
};
Action? child = args switch
{
    [EncoderBenchmark.MemoryCommand, var engine, var folder] => () => EncoderBenchmark.PrintMemory(engine, folder),
    [MemoryBenchmark.Command, var checkpoint] => () => MemoryBenchmark.Print(checkpoint),
    [ResidencyBenchmark.Command, var candidate, var budget] =>
        () => ResidencyBenchmark.Print(candidate, long.Parse(budget, CultureInfo.InvariantCulture)),
    [CycleBenchmark.Command] => CycleBenchmark.Print,
    [ThreadsBenchmark.Command, var pool, var isConcurrent] => () => ThreadsBenchmark.Print(pool, bool.Parse(isConcurrent)),
    _ => null,
};
if (child is not null)
{
    child();
    return 0;
}

if (args is not [var name] || !suites.TryGetValue(name, out var suite))
{
    Console.Error.WriteLine($"Usage: eng/bench.sh <suite>. Suites: {string.Join(", ", suites.Keys)}");
    return 2;
}

var report = new Report(Console.Out);
report.Begin(name, name switch
{
    "http" or "http-batches" or "http-hang-ups" => "Client and server share the machine.",
    "cluster" or "policy" or "replicas" or "tenants" => "Virtual time: the figures are the same on every machine.",
    _ => "Medians of interleaved runs.",
});
suite(report);
return 0;
