using SharedModels.TorchSharp.Modules;
using SharedModels.TorchSharp.Tests.Cuda;
using TorchSharp;

namespace SharedModels.TorchSharp.Tests.Modules;

public sealed class TorchScriptTests
{
    private const string File = "TORCHSCRIPT_FILE";

    /// <summary>Of a net that takes [n, 1000] numbers; this repository has no such file, since only PyTorch writes them.</summary>
    private static readonly string? Path = Environment.GetEnvironmentVariable(File);

    [TorchFact(File)]
    public async Task A_script_moves_as_a_module_does_and_computes_the_same()
    {
        using var log = new RecordingLogger();
        using var runtime = new TorchRuntime(new FakeCudaDriver(new FakeCudaDevice("first", 1 << 30, 1 << 30)), new(), new(), log)
        {
            Locate = static _ => new torch.Device(DeviceType.CPU),
        };
        using var alone = torch.jit.load(Path!);
        using var model = new TorchModel<torch.jit.ScriptModule>(static () => torch.jit.load(Path!), new(), runtime);
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
        Assert.DoesNotContain(log.Lines, static line => line.Id == 107);
    }

    private static float[] Run(torch.jit.ScriptModule script) =>
        TwoLayers.Read((torch.Tensor)script.call(torch.zeros([2, 1000], torch.ScalarType.Float32).add(0.5f)));
}
