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
    public async Task A_script_moves_as_a_module_does_and_computes_the_same()
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
        Assert.Equal(model.Footprint.DeviceBytes, runtime.Transfers!.BytesToDevice);
        await model.ToAsync(Device.Cpu, default);
        Assert.Equal(expected, Run(script));
        Assert.True(ModuleTensors.Of(script).Any());
        Assert.DoesNotContain(log.GetSnapshot(), static line => line.Id.Id == 107);
    }

    private static float[] Run(torch.jit.ScriptModule script) =>
        TwoLayers.Read((torch.Tensor)script.call(torch.zeros([2, Inputs], torch.ScalarType.Float32).add(0.5f)));
}
