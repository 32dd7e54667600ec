using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using SharedModels.Compute.Tests.Checkpoints;
using SharedModels.Cuda.Tests.Simulator;
using SharedModels.TorchSharp.Modules;
using TorchSharp;

namespace SharedModels.TorchSharp.Tests.Modules;

/// <summary>Modules with tensors that cannot be in an arena.</summary>
public sealed class UnplacedTensorsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("torch-unplaced").FullName;
    private readonly FakeLogCollector _log = new();
    private readonly CudaSimulator _simulator = new(seed: 1, isOpen: true, new SimulatedDevice("first", 1 << 30, 1 << 30));

    public void Dispose()
    {
        _simulator.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [TorchFact]
    public async Task The_other_tensors_are_in_the_arena_with_the_weights_that_were_loaded()
    {
        var path = Path.Combine(_folder, "w.safetensors");
        SafetensorsWriter.Write(path, [StoredTensor.Of("shift", [2], 10, 20)]);
        using var runtime = MakeRuntime(DeviceType.CPU);
        using var model = new TorchModel<SparseNet>(static () => new SparseNet(), new() { Weights = path, Strict = false }, runtime);
        await model.LoadAsync(default);
        var net = (SparseNet)model.Model;
        float[] expected = [12, 26, 16, 32];
        Assert.Equal(expected, net.Run());
        Assert.Contains(
            "links of", Assert.Single(_log.GetSnapshot(), static line => line.Id.Id == 107).Message, StringComparison.Ordinal);
        await model.ToAsync(Device.Cuda(0), default);
        Assert.Equal(expected, net.Run());
        Assert.Equal(1024, runtime.Transfers!.BytesToDevice);
        await model.ToAsync(Device.Cpu, default);
        Assert.Equal(expected, net.Run());
    }

    [TorchFact]
    public async Task A_sparse_tensor_moves_by_itself_and_comes_back_unchanged()
    {
        // A kind of device that every libtorch has, and that has no memory.
        using var runtime = MakeRuntime(DeviceType.META);
        using var module = new OneBuffer(SparseMatrix.Make());
        using var arena = ArenaModule.Load(module, new(), runtime, default);
        await arena.MoveToAsync(Device.Mps, default);
        Assert.Equal(DeviceType.META, module.Buffer.device_type);
        await arena.MoveToAsync(Device.Cpu, default);
        Assert.Equal(DeviceType.CPU, module.Buffer.device_type);
        Assert.Equal([1f, 0f, 0f, 1f], TwoLayers.Read(module.Buffer.to_dense()));
    }

    [TorchFact]
    public async Task A_quantized_tensor_that_cannot_move_to_the_device_leaves_the_module_on_the_host_unchanged()
    {
        using var runtime = MakeRuntime(DeviceType.META);
        using var module = new OneBuffer(
            torch.quantize_per_tensor(torch.tensor([1f, 2f, 3f]), 0.5, 0, torch.ScalarType.QInt8));
        using var arena = ArenaModule.Load(module, new(), runtime, default);
        await Assert.ThrowsAnyAsync<Exception>(async () => await arena.MoveToAsync(Device.Mps, default));
        Assert.Equal((Device.Cpu, DeviceType.CPU), (arena.Device, module.Buffer.device_type));
        Assert.Equal([1f, 2f, 3f], TwoLayers.Read(module.Buffer.dequantize()));
    }

    private TorchRuntime MakeRuntime(DeviceType type) =>
        new(type == DeviceType.CPU ? _simulator.Driver : null, new(), new(), new LoggerFactory([new FakeLoggerProvider(_log)]))
        {
            Locate = device => new torch.Device(device.IsCpu ? DeviceType.CPU : type),
        };

    private sealed class OneBuffer : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
#pragma warning disable CA2213, IDE1006 // TorchSharp disposes registered objects, under the names of the fields.
        private readonly torch.Tensor buffer;
#pragma warning restore CA2213, IDE1006

        public OneBuffer(torch.Tensor value)
            : base("one")
        {
            buffer = value;
            register_buffer("buffer", buffer);
            RegisterComponents();
        }

        public torch.Tensor Buffer => buffer;

        public override torch.Tensor forward(torch.Tensor input) => input;
    }
}
