using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using SharedModels.Compute;
using SharedModels.Cuda.Driver;
using SharedModels.Cuda.Memory;
using SharedModels.Cuda.Tests.Driver;
using SharedModels.Cuda.Tests.Simulator;
using SharedModels.TorchSharp.Arena;
using SharedModels.TorchSharp.Compute;
using SharedModels.Vision;
using SharedModels.Vision.Tests;
using SharedModels.Vision.Tests.Detection;
using TorchSharp;

namespace SharedModels.TorchSharp.Tests.Compute;

/// <summary>
/// OWLv2 and its weights on a CUDA device whose memory is host memory: TorchSharp computes on it, and the fake driver copies.
/// </summary>
public sealed class EngineWeightsTests : IDisposable
{
    private static readonly Device Cuda = Device.Cuda(0);
    private static readonly string Demo = TestFiles.InRepository("samples", "VisionApi", "demo-checkpoint");

    private readonly FakeLogCollector _log = new();
    private readonly SimulatedDevice _device = new("first", 1 << 30, 1 << 30);
    private readonly CudaSimulator _driver;
    private readonly PinnedMemoryQuota _quota = new();
    private readonly TorchRuntime _runtime;
    private readonly List<long> _copies = [];

    public EngineWeightsTests()
    {
        _driver = new(seed: 1, isOpen: true, _device, new SimulatedDevice("second", 1 << 30, 1 << 30))
        {
            OnCopy = bytes =>
            {
                _copies.Add(bytes);
                return 0;
            },
        };
        _runtime = new(_driver.Driver, new(), _quota, new LoggerFactory([new FakeLoggerProvider(_log)]))
        {
            Locate = static _ => new torch.Device(DeviceType.CPU),
        };
    }

    public void Dispose()
    {
        _runtime.Dispose();
        _driver.Dispose();
    }

    [TorchFact]
    public async Task OWLv2_moves_in_with_one_copy_of_one_pinned_block_and_moves_out_without_a_copy()
    {
        using (var model = MakeModel())
        {
            await model.LoadAsync(default);
            var expected = Boxes(model);
            Assert.NotEmpty(expected);
            for (var round = 1; round <= 3; round++)
            {
                await model.ToAsync(Cuda, default);
                Assert.Equal(round, _copies.Count);
                Assert.Equal(_copies[0] * round, _runtime.Transfers!.BytesToDevice);
                Assert.Equal([_copies[0]], _driver.Memory.Registered.Values);
                Assert.Equal(expected, Boxes(model));
                await model.ToAsync(Device.Cpu, default);
                Assert.Equal(0, _runtime.Transfers.BytesToHost);
                Assert.Equal(expected, Boxes(model));
            }
        }

        Assert.Empty(_driver.Memory.Registered);
        Assert.Equal(0, _quota.Bytes);
    }

    [TorchFact]
    public async Task There_is_one_copy_on_the_host_whichever_device_OWLv2_moves_to()
    {
        using var model = MakeModel();
        await model.LoadAsync(default);
        var expected = Boxes(model);
        foreach (var device in new[] { Cuda, Device.Cpu, Device.Cuda(1), Cuda, Device.Cpu, Cuda })
        {
            await model.ToAsync(device, default);
            Assert.Equal(expected, Boxes(model));
            Assert.Single(_driver.Memory.Registered);
        }
        Assert.Equal(4, _copies.Count);
    }

    [TorchFact]
    public async Task The_pinned_memory_budget_of_one_copy_is_enough_on_the_way_from_one_device_to_another()
    {
        using var model = MakeModel();
        await model.LoadAsync(default);
        await model.ToAsync(Cuda, default);
        await model.ToAsync(Device.Cpu, default);
        _driver.OnRegister = (_, _) => _driver.Memory.Registered.Count == 0 ? 0 : CudaCode.OutOfMemory;
        await model.ToAsync(Device.Cuda(1), default);
        Assert.Single(_driver.Memory.Registered);
        Assert.Empty(_log.GetSnapshot());
    }

    [TorchFact]
    public async Task The_footprint_is_the_bytes_of_the_weights_in_the_type_that_the_device_computes_in()
    {
        foreach (var (type, size) in new[] { (ElementType.Float32, 4), (ElementType.BFloat16, 2) })
        {
            using var model = MakeModel(type);
            await model.LoadAsync(default);
            var (footprint, before) = (model.Footprint, _runtime.Transfers!.BytesToDevice);
            await model.ToAsync(Cuda, default);
            Assert.InRange(_runtime.Transfers.BytesToDevice - before, footprint.DeviceBytes, footprint.DeviceBytes * 11 / 10);
        }
    }

    [TorchFact]
    public async Task A_machine_without_devices_counts_no_copy_of_the_weights()
    {
        using var runtime = new TorchRuntime(null, new(), new(), NullLoggerFactory.Instance);
        using var model = new Owlv2(
            new FixedMonitor(new() { Checkpoint = Demo }), new TorchComputeEngineFactory(Options.Create(new TorchSharpOptions()), runtime));
        await model.LoadAsync(default);
        Assert.Equal(
            (new FileInfo(Path.Combine(Demo, "model.safetensors")).Length, 0), (model.Footprint.HostBytes, model.Footprint.DeviceBytes));
    }

    [TorchFact]
    public void Evicted_weights_cannot_be_used_until_they_are_back_unchanged()
    {
        using var engine = new TorchComputeEngine(Cuda, ElementType.Float32, _runtime);
        using var run = new EngineRun(engine);
        var (input, weight) = (run.Values(2, 8), run.Matrices(8, 3, 4));
        var expected = Read(engine.Linear(input, weight));
        engine.Leave();
        Assert.Contains(
            "have left cuda:0",
            Assert.Throws<InvalidOperationException>(() => engine.Linear(input, weight)).Message,
            StringComparison.Ordinal);
        engine.Enter();
        engine.Enter();
        Assert.Equal(expected, Read(engine.Linear(input, weight)));
        Assert.Equal(2, _copies.Count);

        float[] Read(ITensor tensor)
        {
            var numbers = new float[tensor.Rows * tensor.Columns];
            engine.Download(tensor, numbers);
            return numbers;
        }
    }

    [TorchFact]
    public void Weights_that_find_no_room_are_all_on_the_host_and_can_try_again()
    {
        using var engine = new TorchComputeEngine(Cuda, ElementType.Float32, _runtime);
        using var run = new EngineRun(engine);
        var (input, weight) = (run.Values(2, 8), run.Matrix(3, 8));
        _device.Fault = 2;
        Assert.Throws<CudaException>(engine.Enter);
        Assert.Throws<InvalidOperationException>(() => engine.Linear(input, weight));
        _device.Fault = 0;
        engine.Enter();
        Assert.Equal((2, 3), (engine.Linear(input, weight).Rows, engine.Linear(input, weight).Columns));
    }

    private static IEnumerable<(string Label, float Left)> Boxes(Owlv2 model)
    {
        var image = TestFiles.Image(Path.Combine(Demo, "samples", "sample1.png"));
        return [.. model.Detect(image, ["an orange cross", "something blue"]).Select(
            static found => (found.Label, MathF.Round(found.Box.XMin)))];
    }

    private Owlv2 MakeModel(ElementType type = ElementType.Float32) =>
        new(new FixedMonitor(new() { Checkpoint = Demo }), new TorchComputeEngineFactory(
            Options.Create(new TorchSharpOptions { EnginePrecision = type }), _runtime));
}
