using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using SharedModels.Compute.Tests.Checkpoints;
using SharedModels.Cuda.Tests.Driver;
using TorchSharp;

namespace SharedModels.TorchSharp.Tests.Modules;

public sealed class FallBackTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("torch-fall-back").FullName;
    private readonly FakeLogCollector _log = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [TorchFact]
    public async Task A_module_whose_tensors_cannot_be_views_moves_by_its_own_means_with_the_weights_that_were_loaded()
    {
        var path = Path.Combine(_folder, "w.safetensors");
        SafetensorsWriter.Write(path, [StoredTensor.Of("shift", [2], 10, 20)]);
        var driver = new FakeCudaDriver(new FakeCudaDevice("first", 1 << 20, 1 << 20));
        using var logging = new LoggerFactory([new FakeLoggerProvider(_log)]);
        using var runtime = new TorchRuntime(driver, new(), new(), logging) { Locate = static _ => new torch.Device(DeviceType.CPU) };
        using var model = new TorchModel<SparseNet>(static () => new SparseNet(), new() { Weights = path, Strict = false }, runtime);
        await model.LoadAsync(default);
        var net = (SparseNet)model.Model;
        float[] expected = [12, 26, 16, 32];
        Assert.Equal(expected, net.Run());
        Assert.Single(_log.GetSnapshot(), static line => line.Id.Id == 107 && line.Level == LogLevel.Warning);
        Assert.Empty(driver.RegisteredHost);

        await model.ToAsync(Device.Cuda(0), default);
        Assert.Equal(expected, net.Run());
        await model.ToAsync(Device.Cpu, default);
        Assert.Equal(expected, net.Run());
        Assert.Equal((0, 0), (runtime.Transfers!.BytesToDevice, runtime.Transfers.BytesToHost));
    }
}
