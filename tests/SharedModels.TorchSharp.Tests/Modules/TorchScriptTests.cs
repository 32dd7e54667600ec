using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using SharedModels.Cuda.Tests.Driver;
using SharedModels.Cuda.Tests.Simulator;
using SharedModels.TorchSharp.Modules;
using TorchSharp;

namespace SharedModels.TorchSharp.Tests.Modules;

public sealed class TorchScriptTests : IDisposable
{
    private const int Inputs = 1000;

    private readonly string _path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.pt");

    public TorchScriptTests() => TorchScriptFile.Write(_path, Inputs, outputs: 10);

    public void Dispose() => File.Delete(_path);

    [TorchFact]
    public async Task A_script_moves_like_a_module_and_computes_the_same()
    {
        var log = new FakeLogCollector();
        using var logging = new LoggerFactory([new FakeLoggerProvider(log)]);
        using var simulator = new CudaSimulator(seed: 1, isOpen: true, new SimulatedDevice("first", 1 << 30, 1 << 30));
        using var runtime = new TorchRuntime(simulator.Driver, new(), new(), logging)
        {
            Locate = static _ => new torch.Device(DeviceType.CPU),
        };
        using var alone = torch.jit.load(_path);
        using var model = new TorchModel<torch.jit.ScriptModule>(() => torch.jit.load(_path), new(), runtime);
        await model.LoadAsync(default);
        var script = (torch.jit.ScriptModule)model.Model;
        alone.eval();
        var expected = Run(alone);
        Assert.Equal(expected, Run(script));
        await model.ToAsync(Device.Cuda(0), default);
        Assert.Equal(expected, Run(script));
        Assert.Equal(model.Footprint.HostBytes, runtime.Transfers!.BytesToDevice);
        await model.ToAsync(Device.Cpu, default);
        Assert.Equal(expected, Run(script));
        Assert.True(ModuleTensors.Of(script).Any());
        Assert.DoesNotContain(log.GetSnapshot(), static line => line.Id.Id == 107);
    }

    [TorchFact]
    public async Task A_script_with_a_quantized_tensor_is_rejected_by_every_device_but_the_CPU_before_anything_moves()
    {
        var path = Path.ChangeExtension(_path, ".quantized.pt");
        TorchScriptFile.Write(path, Inputs, outputs: 10, hasQuantized: true);
        using var simulator = new CudaSimulator(seed: 1, isOpen: true, new SimulatedDevice("first", 1 << 30, 1 << 30));
        using var runtime = new TorchRuntime(simulator.Driver, new(), new(), new LoggerFactory())
        {
            Locate = static _ => new torch.Device(DeviceType.CPU),
        };
        using var model = new TorchModel<torch.jit.ScriptModule>(() => torch.jit.load(path), new(), runtime);
        await model.LoadAsync(default);
        File.Delete(path);
        var script = (torch.jit.ScriptModule)model.Model;
        var expected = Run(script);
        var refusal = await Assert.ThrowsAsync<NotSupportedException>(async () => await model.ToAsync(Device.Cuda(0), default));
        Assert.Contains("'table'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(typeof(torch.jit.ScriptModule).FullName!, refusal.Message, StringComparison.Ordinal);
        Assert.Equal((0, 0), (runtime.Transfers!.BytesToDevice, simulator.Memory.Creations));
        await model.ToAsync(Device.Cpu, default);
        Assert.Equal(expected, Run(script));
    }

    private static float[] Run(torch.jit.ScriptModule script) =>
        TwoLayers.Read((torch.Tensor)script.call(torch.zeros([2, Inputs], torch.ScalarType.Float32).add(0.5f)));
}
