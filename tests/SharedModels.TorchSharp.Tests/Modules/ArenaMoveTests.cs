using Microsoft.Extensions.Logging.Abstractions;
using SharedModels.Cuda.Driver;
using SharedModels.Cuda.Memory;
using SharedModels.Cuda.Tests.Driver;
using SharedModels.Cuda.Tests.Simulator;
using SharedModels.TorchSharp.Arena;
using SharedModels.TorchSharp.Modules;
using SharedModels.TorchSharp.Native;
using TorchSharp;

namespace SharedModels.TorchSharp.Tests.Modules;

/// <summary>Moves to a CUDA device whose memory is host memory: TorchSharp computes on it, and the fake driver copies.</summary>
public sealed class ArenaMoveTests : IDisposable
{
    private static readonly Device Cuda = Device.Cuda(0);

    private readonly SimulatedDevice _device = new("first", 1 << 30, 1 << 30);
    private readonly CudaSimulator _driver;
    private readonly TorchRuntime _runtime;

    public ArenaMoveTests()
    {
        _driver = new(seed: 1, isOpen: true, _device);
        _runtime = new(_driver.Driver, new(), new(), NullLoggerFactory.Instance) { Locate = static _ => new torch.Device(DeviceType.CPU) };
    }

    private DeviceTransfers Transfers => _runtime.Transfers!;

    public void Dispose()
    {
        _runtime.Dispose();
        _driver.Dispose();
    }

    [TorchFact]
    public async Task Moving_in_is_one_copy_and_moving_out_copies_nothing()
    {
        using var model = Make();
        await model.LoadAsync(default);
        var module = (TwoLayers)model.Model;
        var expected = module.Run();
        for (var round = 1; round <= 3; round++)
        {
            await model.ToAsync(Cuda, default);
            Assert.Equal(expected, module.Run());
            Assert.Equal(3072 * round, Transfers.BytesToDevice);
            await model.ToAsync(Device.Cpu, default);
            Assert.Equal(expected, module.Run());
            Assert.Equal(0, Transfers.BytesToHost);
        }
    }

    [TorchFact]
    public async Task On_the_device_the_parameters_are_views_of_one_block()
    {
        using var model = Make();
        await model.LoadAsync(default);
        var onHost = Addresses(model);
        await model.ToAsync(Cuda, default);
        var onDevice = Addresses(model);
        Assert.Empty(onHost.Intersect(onDevice));
        Assert.Equal(5 * ArenaLayout.Alignment, onDevice.Max() - onDevice.Min());
        await model.ToAsync(Cuda, default);
        Assert.Equal(onDevice, Addresses(model));
        await model.ToAsync(Device.Cpu, default);
        Assert.Equal(onHost, Addresses(model));
    }

    [TorchFact]
    public async Task Changes_by_a_use_are_lost_unless_the_model_is_mutable()
    {
        foreach (var isMutable in new[] { false, true })
        {
            using var model = Make(new() { IsMutable = isMutable });
            await model.LoadAsync(default);
            var before = ScaleOf(model);
            await model.ToAsync(Cuda, default);
            Change(model);
            Assert.Equal([9f, 9f, 9f, 9f], ScaleOf(model));
            await model.ToAsync(Device.Cpu, default);
            Assert.Equal(isMutable ? [9f, 9f, 9f, 9f] : before, ScaleOf(model));
            Assert.Equal(isMutable ? 3072 : 0, Transfers.BytesToHost);
            Assert.Equal(isMutable, Scale(model).requires_grad);
        }
    }

    [TorchFact]
    public async Task A_mutable_model_that_cannot_be_copied_back_stays_where_it_is_unless_its_device_is_lost()
    {
        using var model = Make(new() { IsMutable = true });
        await model.LoadAsync(default);
        var before = ScaleOf(model);
        var onHost = Addresses(model);
        await model.ToAsync(Cuda, default);
        Change(model);
        _driver.OnCopy = static _ => 1;
        await Assert.ThrowsAsync<CudaException>(async () => await model.ToAsync(Device.Cpu, default));
        Assert.Equal([9f, 9f, 9f, 9f], ScaleOf(model));
        Assert.Empty(onHost.Intersect(Addresses(model)));

        _driver.OnCopy = static _ => 0;
        _device.Fault = CudaCode.IllegalAddress;
        await Assert.ThrowsAsync<CudaException>(async () => await model.ToAsync(Device.Cpu, default));
        Assert.Equal(before, ScaleOf(model));
        Assert.Equal(onHost, Addresses(model));

        // From now on, the manager considers it to be on the host.
        _device.Fault = 0;
        await model.ToAsync(Device.Cpu, default);
        Assert.Equal(before, ScaleOf(model));
    }

    [TorchFact]
    public async Task A_move_that_fails_leaves_the_module_on_the_host_as_it_was()
    {
        using var model = Make();
        await model.LoadAsync(default);
        var module = (TwoLayers)model.Model;
        var (expected, addresses) = (module.Run(), Addresses(model));
        _device.Fault = 2;
        await Assert.ThrowsAsync<CudaException>(async () => await model.ToAsync(Cuda, default));
        Assert.Equal(expected, module.Run());
        Assert.Equal(addresses, Addresses(model));
        _device.Fault = 0;
        await model.ToAsync(Cuda, default);
        Assert.Equal(expected, module.Run());
    }

    [TorchFact]
    public async Task Layers_that_share_a_weight_share_it_in_the_arena_too()
    {
        using var model = new TorchModel<TiedLayers>(static () => new TiedLayers(), new(), _runtime);
        await model.LoadAsync(default);
        Assert.Equal(new ModelFootprint(1024, 2 << 20), model.Footprint);
        await model.ToAsync(Cuda, default);
        var weights = ModuleTensors.Of((TiedLayers)model.Model)
            .Where(static found => found.Name.EndsWith("weight", StringComparison.Ordinal))
            .ToList();
        Assert.Equal(2, weights.Count);
        Assert.Equal(TensorMemory.AddressOf(weights[0].Tensor), TensorMemory.AddressOf(weights[1].Tensor));
    }

    [TorchFact]
    public async Task A_result_that_is_a_view_of_the_weights_is_copied_and_outlives_the_lease()
    {
        using var model = Make();
        await model.LoadAsync(default);
        var expected = ScaleOf(model);
        await model.ToAsync(Cuda, default);
        torch.Tensor view, own;
        using (var use = model.BeginUse()!)
        {
            view = Scale(model).narrow(0, 1, 2);
            own = Scale(model);
            use.Keep(view);
            use.Keep(own);
        }

        await model.ToAsync(Device.Cpu, default).AsTask().WaitAsync(TestBound.Wait);
        Assert.Equal(expected[1..3], TwoLayers.Read(view));
        Assert.Equal(expected, TwoLayers.Read(own));
        view.Dispose();
    }

    private static void Change(TorchModel<TwoLayers> model)
    {
        using var noGradients = torch.no_grad();
        using var changed = torch.tensor([9f, 9f, 9f, 9f]);
        Scale(model).copy_(changed);
    }

    private static torch.Tensor Scale(TorchModel<TwoLayers> model) =>
        ModuleTensors.Of((TwoLayers)model.Model).Single(static found => found.Name == "scale").Tensor;

    private static float[] ScaleOf(TorchModel<TwoLayers> model) => TwoLayers.Read(Scale(model));

    private static List<nint> Addresses(TorchModel<TwoLayers> model) =>
        [.. ModuleTensors
            .Of((TwoLayers)model.Model)
            .Where(static found => found.Name != "steps")
            .Select(static found => TensorMemory.AddressOf(found.Tensor))];

    private TorchModel<TwoLayers> Make(TorchModelOptions? options = null) => new(static () => new TwoLayers(), options ?? new(), _runtime);
}
