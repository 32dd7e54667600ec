using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using SharedModels.Cuda.Tests.Devices;
using SharedModels.Cuda.Tests.Driver;
using SharedModels.Devices;
using SharedModels.TorchSharp.Arena;
using SharedModels.TorchSharp.Modules;
using TorchSharp;

namespace SharedModels.TorchSharp.Tests.Modules;

public sealed class FailedMoveTests : IDisposable
{
    private readonly FakeLogCollector _log = new();
    private readonly TorchRuntime _runtime;

    // A kind of device that every libtorch has: it has no memory, hence takes everything and gives nothing back.
    public FailedMoveTests() => _runtime = new(null, new(), new(), new LoggerFactory([new FakeLoggerProvider(_log)]))
    {
        Locate = static device => new torch.Device(device.IsCpu ? DeviceType.CPU : DeviceType.META),
    };

    public void Dispose() => _runtime.Dispose();

    [TorchFact]
    public void A_module_of_its_own_memory_that_finds_too_little_midway_is_on_the_host_again_as_it_was()
    {
        using var module = new StumblingNet();
        using var arenaModule = ArenaModule.Load(module, new(), _runtime, default);
        var (expected, addresses) = (module.Run(), Addresses(module));
        module.Failures = 1;
        Assert.Contains("out of memory", Assert.Throws<TorchError>(() => arenaModule.MoveTo(Device.Mps)).Message, StringComparison.Ordinal);
        Assert.Equal((Device.Cpu, 0), (arenaModule.Device, module.Failures));
        Assert.Equal(addresses, Addresses(module));
        Assert.Equal(expected, module.Run());

        arenaModule.MoveTo(Device.Mps);
        Assert.Equal(Device.Mps, arenaModule.Device);
        Assert.Empty(addresses.Intersect(Addresses(module)));
        Assert.Equal(expected, module.Run());
        arenaModule.MoveTo(Device.Cpu);
        Assert.Equal(addresses, Addresses(module));
        Assert.Equal(expected, module.Run());
    }

    [TorchFact]
    public void A_module_that_cannot_come_back_at_once_comes_back_when_it_can()
    {
        using var module = new StumblingNet();
        using var arenaModule = ArenaModule.Load(module, new(), _runtime, default);
        var (expected, addresses) = (module.Run(), Addresses(module));
        module.Failures = 2;
        Assert.Throws<TorchError>(() => arenaModule.MoveTo(Device.Mps));
        Assert.Null(arenaModule.Device);
        Assert.Single(_log.GetSnapshot(), static line => line.Id.Id == 109);
        arenaModule.MoveTo(Device.Cpu);
        Assert.Equal(Device.Cpu, arenaModule.Device);
        Assert.Equal(addresses, Addresses(module));
        Assert.Equal(expected, module.Run());
    }

    [TorchFact]
    public void A_device_is_not_blamed_for_another_that_the_module_cannot_leave()
    {
        var fixture = new ProviderFixture();
        using var module = new StumblingNet { Error = "CUDA error: an illegal memory access was encountered" };
        using var arenaModule = ArenaModule.Load(module, new(), _runtime, default);
        module.Failures = 3;
        Assert.Equal(DeviceFailure.Lost, fixture.Provider.Classify(
            Device.Cuda(0), Assert.Throws<TorchError>(() => arenaModule.MoveTo(Device.Cuda(0)))));
        var exception = Assert.ThrowsAny<Exception>(() => arenaModule.MoveTo(Device.Cuda(1)));
        Assert.Equal(DeviceFailure.None, fixture.Provider.Classify(Device.Cuda(1), exception));
        Assert.Contains(nameof(StumblingNet), exception.Message, StringComparison.Ordinal);
    }

    [TorchFact]
    public void What_use_has_changed_comes_back_from_memory_of_its_own_if_the_model_is_mutable()
    {
        foreach (var isMutable in new[] { false, true })
        {
            using var module = new StumblingNet();
            using var arenaModule = ArenaModule.Load(module, new() { IsMutable = isMutable }, _runtime, default);
            var before = TwoLayers.Read(module.Weights.Last());
            arenaModule.MoveTo(Device.Mps);
            using (torch.no_grad())
            using (var changed = torch.tensor([7f, 7f]))
                module.Weights.Last().Overwrite(changed);
            arenaModule.MoveTo(Device.Cpu);
            Assert.Equal(isMutable ? [7f, 7f] : before, TwoLayers.Read(module.Weights.Last()));
        }
    }

    [TorchFact]
    public void The_devices_block_is_given_back_although_the_module_cannot_leave()
    {
        using var module = new TwoLayers();
        using var arenaModule = ArenaModule.Load(module, new(), _runtime, default);

        // Some versions of libtorch do not get as far as the way back.
        Assert.ThrowsAny<Exception>(() =>
        {
            arenaModule.MoveTo(Device.Mps);
            arenaModule.MoveTo(Device.Cpu);
        });
        Assert.Null(arenaModule.Device);
        Assert.Equal(0, arenaModule.DeviceBytes);
    }

    private static List<nint> Addresses(StumblingNet module) => [.. module.Weights.Select(TensorAddress.Of)];
}
