using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using SharedModels.Cuda.Driver;
using SharedModels.Cuda.Tests.Simulator;
using SharedModels.Tests.Bounded;
using SharedModels.TorchSharp.Modules;
using SharedModels.TorchSharp.Native;
using SharedModels.TorchSharp.Tests.StandIn;
using TorchSharp;

namespace SharedModels.TorchSharp.Tests.Modules;

/// <summary>Moves to a device that is not the CPU and whose memory the host cannot access.</summary>
public sealed class ModuleMoveTests : IDisposable
{
    private const long MiB = 1 << 20;

    private static readonly Device Cuda = Device.Cuda(0);

    private readonly SimulatedDevice _device = new("first", 256 * MiB, 256 * MiB);
    private readonly CudaSimulator _simulator;
    private readonly FakeTimeProvider _time = new();
    private readonly FakeLogCollector _log = new();
    private readonly TorchRuntime _runtime;
    private bool _isLost;

    public ModuleMoveTests()
    {
        _simulator = new(_device);
        _runtime = new(_simulator.Driver, new(), new(), new LoggerFactory([new FakeLoggerProvider(_log)]), _time)
        {
            Locate = static device => device.IsCpu ? new(DeviceType.CPU) : StandInDevice.Place,
        };
    }

    public static TheoryData<string> Shapes => ModuleShapes.Names;

    public void Dispose()
    {
        _runtime.Dispose();
        Assert.Equal(_isLost, _simulator.Memory.LiveBlocks > 0);
        _simulator.Dispose();
    }

    [TorchTheory]
    [MemberData(nameof(Shapes))]
    public async Task A_module_of_every_shape_is_moved_and_used_in_any_order_and_stays_the_same(string shape)
    {
        using var module = ModuleShapes.Make(shape);
        var expected = ModuleShapes.Run(shape, module);
        var before = ModuleTensors.Of(module).ToList();
        var bytes = before.ConvertAll(static found => StandInDevice.BytesOf(found.Tensor, ReadHost));
        var strides = before.ConvertAll(static found => string.Join(',', found.Tensor.stride()));
        var ties = Ties(before);
        using var arena = ArenaModule.Load(module, new(), _runtime, default);
        var identities = before.ConvertAll(static found => TensorMemory.IdentityOf(found.Tensor));
        var random = new Random(shape.Length);
        var moves = 0;
        for (var step = 0; step < 12; step++)
        {
            var target = random.Next(3) == 0 ? Device.Cpu : Cuda;
            moves += target == Cuda && arena.Device != Cuda ? 1 : 0;
            if (arena.Device != target)
                await arena.MoveToAsync(target, default).WaitAsync(TestBound.Wait);
            var now = ModuleTensors.Of(module).ToList();
            Assert.Equal(before.Select(static found => found.Name), now.Select(static found => found.Name));
            Assert.Equal(identities, now.Select(static found => TensorMemory.IdentityOf(found.Tensor)));
            Assert.Equal(strides, now.Select(static found => string.Join(',', found.Tensor.stride())));
            Assert.Equal(ties, Ties(now));
            Assert.All(now, found => Assert.Equal(target.IsCpu ? DeviceType.CPU : StandInDevice.Place.type, found.Tensor.device_type));
            Assert.Equal(bytes, now.Select(found => StandInDevice.BytesOf(found.Tensor, target.IsCpu ? ReadHost : _simulator.Memory.Read)));
            if (target.IsCpu)
                Assert.Equal(expected, ModuleShapes.Run(shape, module));
        }

        await arena.MoveToAsync(Device.Cpu, default).WaitAsync(TestBound.Wait);
        Assert.Equal(expected, ModuleShapes.Run(shape, module));

        // Nothing was copied back over the bus, and only the arena was copied to the device.
        Assert.Equal((moves * arena.Bytes, 0), (_runtime.Transfers!.BytesToDevice, _runtime.Transfers.BytesToHost));
        Assert.DoesNotContain(_log.GetSnapshot(), static line => line.Level >= LogLevel.Warning);
    }

    [TorchFact]
    public async Task Device_memory_is_not_free_while_a_tensor_outside_the_lease_shares_it()
    {
        using var module = new TwoLayers();
        using var arena = ArenaModule.Load(module, new(), _runtime, default);
        await arena.MoveToAsync(Cuda, default);
        var kept = module.get_parameter("scale")!.detach();
        var move = arena.MoveToAsync(Device.Cpu, default);
        await _log.GetLogsAsync().FirstAsync(static line => line.Id.Id == 115).AsTask().WaitAsync(TestBound.Wait);
        Assert.Equal(Device.Cpu, arena.Device);
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.False(move.IsCompleted);
        Assert.Equal(arena.Bytes, arena.DeviceBytes);
        Assert.Equal(254 * MiB, _device.FreeBytes);
        Assert.True(_simulator.Memory.IsLive(_device, TensorMemory.AddressOf(kept), 16));

        // The module itself is on the host meanwhile.
        Assert.Equal(4, module.Run().Length);
        kept.Dispose();
        await Condition.UntilAsync(() => move.IsCompleted, () => _time.Advance(TimeSpan.FromMilliseconds(50)));
        await move;
        Assert.Equal(0, arena.DeviceBytes);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(256 * MiB, _device.FreeBytes);
    }

    [TorchFact]
    public async Task A_dropped_tensor_that_shares_device_memory_is_collected_and_delays_nothing()
    {
        using var module = new TwoLayers();
        using var arena = ArenaModule.Load(module, new(), _runtime, default);
        await arena.MoveToAsync(Cuda, default);
        Drop(module);
        await arena.MoveToAsync(Device.Cpu, default).WaitAsync(TestBound.Wait);
        Assert.DoesNotContain(_log.GetSnapshot(), static line => line.Id.Id == 115);

        static void Drop(TwoLayers module) => module.get_parameter("scale")!.detach();
    }

    [TorchFact]
    public async Task A_tensor_that_was_assigned_to_a_field_after_the_load_moves_too()
    {
        using var module = new Caching();
        using var arena = ArenaModule.Load(module, new(), _runtime, default);
        module.Cache = torch.tensor([1f, 2f]);
        await arena.MoveToAsync(Cuda, default);
        Assert.Equal(StandInDevice.Place.type, module.Cache.device_type);
        await arena.MoveToAsync(Device.Cpu, default);
        Assert.Equal([1f, 2f], TwoLayers.Read(module.Cache));
    }

    [TorchFact]
    public async Task Gradients_of_a_mutable_module_move_with_it()
    {
        using var module = new TwoLayers();
        module.call(torch.ones(1, 4)).sum().backward();
        var expected = TwoLayers.Read(module.get_parameter("scale")!.grad!);
        using var arena = ArenaModule.Load(module, new() { IsMutable = true }, _runtime, default);
        await arena.MoveToAsync(Cuda, default);
        Assert.Equal(StandInDevice.Place.type, module.get_parameter("scale")!.grad!.device_type);
        await arena.MoveToAsync(Device.Cpu, default);
        Assert.Equal(expected, TwoLayers.Read(module.get_parameter("scale")!.grad!));
        module.call(torch.ones(1, 4)).sum().backward();
    }

    [TorchFact]
    public async Task A_module_that_is_disposed_on_the_device_releases_its_memory_and_is_on_the_host_for_other_users()
    {
        using var module = new TwoLayers();
        var expected = module.Run();
        using (var arena = ArenaModule.Load(module, new(), _runtime, default))
            await arena.MoveToAsync(Cuda, default);
        Assert.Equal(expected, module.Run());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(256 * MiB, _device.FreeBytes);
    }

    [TorchFact]
    public async Task The_memory_of_one_model_serves_another_of_a_different_size()
    {
        using var large = ArenaModule.Load(torch.nn.Linear(4096, 4096), new(), _runtime, default);
        using var small = ArenaModule.Load(torch.nn.Linear(3000, 3000), new(), _runtime, default);
        await large.MoveToAsync(Cuda, default);
        var taken = _simulator.Memory.Creations;
        await large.MoveToAsync(Device.Cpu, default);
        await small.MoveToAsync(Cuda, default);

        // A whole chunk is reused. The last one has another size.
        Assert.Equal(taken + 1, _simulator.Memory.Creations);
        await small.MoveToAsync(Device.Cpu, default);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(256 * MiB, _device.FreeBytes);
    }

    [TorchFact]
    public async Task The_reservation_of_recurrent_layers_includes_the_copy_that_cuDNN_makes_of_their_weights()
    {
        const int Copied = (20 * 4 + 20 * 5 + 20 + 20) * sizeof(float);
        using var runtime = new TorchRuntime(null, new(), new(), new LoggerFactory());
        using var model = new TorchModel<Recurrent>(static () => new Recurrent(), new() { WorkingBytes = 100 }, runtime);
        await model.LoadAsync(default);
        Assert.Equal(100 + Copied, model.Footprint.WorkingBytes);
        using var root = new TorchModel<torch.nn.Module>(static () => torch.nn.LSTM(4, 5), new(), runtime);
        await root.LoadAsync(default);
        Assert.Equal(Copied, root.Footprint.WorkingBytes);
    }

    [TorchFact]
    public async Task A_mask_that_code_keeps_in_a_field_during_a_use_works_after_the_model_has_moved()
    {
        using var module = new Caching();
        using var arena = ArenaModule.Load(module, new(), _runtime, default);
        using (new InferenceScope(module, arena, isMutable: false, new FakeLogger()))
            module.Cache = torch.tensor([1f, 2f, 3f, 4f]).reshape(2, 2).DetachFromDisposeScope();
        await arena.MoveToAsync(Cuda, default);
        await arena.MoveToAsync(Device.Cpu, default);
        Assert.Equal([1f, 3f, 2f, 4f], TwoLayers.Read(module.Cache.t()));
        using (torch.inference_mode())
            Assert.Equal([1f, 3f, 2f, 4f], TwoLayers.Read(module.Cache.t()));
    }

    [TorchFact]
    public async Task Contents_that_cannot_be_copied_back_are_lost_but_the_parameters_are_not()
    {
        using var module = new Caching();
        var weight = module.get_parameter("weight")!;
        using var arena = ArenaModule.Load(module, new(), _runtime, default);
        await arena.MoveToAsync(Cuda, default);

        // Libtorch cannot copy from this kind of device, just as it cannot copy from a lost one.
        module.Cache = torch.empty([2], device: new torch.Device(DeviceType.META));
        await arena.MoveToAsync(Device.Cpu, default);
        Assert.Equal((Device.Cpu, DeviceType.CPU), (arena.Device, weight.device_type));
        Assert.Equal([1f, 2f], TwoLayers.Read(weight));
        Assert.Equal(117, Assert.Single(_log.GetSnapshot(), static line => line.Level == LogLevel.Warning).Id.Id);

        // The next device is not asked for contents that the first has lost.
        await arena.MoveToAsync(Cuda, default);
        Assert.Equal(Cuda, arena.Device);
    }

    [TorchFact]
    public async Task A_tensor_that_replaced_a_registered_one_moves()
    {
        using var module = new Growing();
        using var arena = ArenaModule.Load(module, new(), _runtime, default);
        module.Grow();
        await arena.MoveToAsync(Cuda, default);
        Assert.Equal(StandInDevice.Place.type, module.Mask.device_type);
        await arena.MoveToAsync(Device.Cpu, default);
        Assert.Equal([1f, 1f, 1f, 1f], TwoLayers.Read(module.Mask));
    }

    [TorchTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_device_that_is_lost_while_weights_come_back_makes_the_module_load_again(bool canLoadAgain)
    {
        var loads = 0;
        using var model = new TorchModel<torch.nn.Module>(
            () => ++loads == 1 || canLoadAgain ? torch.nn.Linear(3000, 3000) : throw new IOException("the file is gone"),
            new() { IsMutable = true },
            _runtime);
        await model.LoadAsync(default);
        var first = model.Model;
        await model.ToAsync(Cuda, default);
        var copies = 0;
        _simulator.OnCopy = _ => ++copies == 2 ? _device.Fault = CudaCode.IllegalAddress : 0;
        await Assert.ThrowsAsync<CudaException>(async () => await model.ToAsync(Device.Cpu, default));
        _device.Fault = 0;
        _isLost = true;
        Assert.Equal(2, loads);
        if (canLoadAgain)
        {
            Assert.NotSame(first, model.Model);
            return;
        }

        Assert.Single(_log.GetSnapshot(), static line => line.Id.Id == 119);
        Assert.Contains(
            "Some of them are new", Assert.Throws<InvalidOperationException>(() => model.Model).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await model.ToAsync(Cuda, default));
        loads = 0;
        await model.LoadAsync(default);
        Assert.NotSame(first, model.Model);
    }

    [TorchFact]
    public async Task A_kernel_that_faults_before_weights_come_back_leaves_them_unchanged()
    {
        using var module = new TwoLayers();
        var expected = module.Run();
        using var arena = ArenaModule.Load(module, new() { IsMutable = true }, _runtime, default);
        await arena.MoveToAsync(Cuda, default);
        _simulator.Eagerness = 0;
        _simulator.LaunchFault(0, CudaCode.IllegalAddress);
        await Assert.ThrowsAsync<CudaException>(() => arena.MoveToAsync(Device.Cpu, default));
        Assert.False(arena.IsTorn);
        Assert.Equal(expected, module.Run());
        _device.Fault = 0;
        _isLost = true;
    }

    [TorchFact]
    public async Task A_mutable_module_whose_device_is_lost_is_on_the_host_unchanged()
    {
        using var module = new TwoLayers();
        var expected = module.Run();
        using var arena = ArenaModule.Load(module, new() { IsMutable = true }, _runtime, default);
        await arena.MoveToAsync(Cuda, default);
        _device.Fault = CudaCode.IllegalAddress;
        await Assert.ThrowsAsync<CudaException>(() => arena.MoveToAsync(Device.Cpu, default));
        Assert.Equal((Device.Cpu, 0), (arena.Device, arena.DeviceBytes));
        Assert.Equal(expected, module.Run());

        // Memory of a lost device is freed when the process ends.
        _device.Fault = 0;
        _isLost = true;
    }

    [TorchFact]
    public void Memory_is_pinned_after_it_was_filled()
    {
        var isFilled = false;
        _simulator.OnRegister = (address, bytes) =>
        {
            isFilled = ReadHost(address, bytes).Any(static value => value != 0);
            return 0;
        };
        using var arena = ArenaModule.Load(torch.nn.Linear(400, 400), new(), _runtime, default);
        Assert.True(isFilled);
    }

    [TorchFact]
    public void Tensors_that_share_memory_still_do_in_another_element_type()
    {
        using var module = ModuleShapes.Make("views of one buffer");
        using var arena = ArenaModule.Load(module, new() { ElementType = "Float64" }, _runtime, default);
        var tensors = ModuleTensors.Of(module).ToDictionary(static found => found.Name, static found => found.Tensor);
        Assert.All(tensors.Values, static tensor => Assert.Equal(torch.ScalarType.Float64, tensor.dtype));
        Assert.Equal(512, arena.Bytes);
        var begin = TensorMemory.AddressOf(tensors["table"]);
        Assert.Equal(
            (3 * sizeof(double), 2 * sizeof(double)),
            (TensorMemory.AddressOf(tensors["row"]) - begin, TensorMemory.AddressOf(tensors["column"]) - begin));
        Assert.Equal([3f, 4f, 5f], TwoLayers.Read(tensors["row"]));
        Assert.Equal([2f, 5f, 8f], TwoLayers.Read(tensors["column"]));
    }

    [TorchFact]
    public void The_tensors_that_share_memory_can_be_counted_with_this_libtorch()
    {
        Assert.True(StorageUses.IsKnown);
        using var tensor = torch.zeros(4);
        using var view = tensor.detach();
        Assert.Equal(2, StorageUses.Count(tensor));
    }

    [TorchFact]
    public async Task A_move_that_runs_out_of_memory_changes_nothing()
    {
        using var module = new TwoLayers();
        var expected = module.Run();
        using var arena = ArenaModule.Load(module, new(), _runtime, default);
        var taken = _simulator.Driver.Allocate(0, 256 * MiB);
        Assert.Equal(CudaCode.OutOfMemory, (await Assert.ThrowsAsync<CudaException>(() => arena.MoveToAsync(Cuda, default))).Code);
        Assert.Equal((Device.Cpu, 0), (arena.Device, arena.DeviceBytes));
        Assert.Equal(expected, module.Run());
        _simulator.Driver.Free(0, taken);
        await arena.MoveToAsync(Cuda, default);
    }

    private static unsafe byte[] ReadHost(nint address, long bytes) => new ReadOnlySpan<byte>((void*)address, (int)bytes).ToArray();

    /// <summary>Returns, for each tensor, the index of the first one at the same address.</summary>
    private static List<int> Ties(List<(string Name, torch.Tensor Tensor)> tensors) => tensors.ConvertAll(
        found => tensors.FindIndex(other => TensorMemory.AddressOf(other.Tensor) == TensorMemory.AddressOf(found.Tensor)));

    private sealed class Caching : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
#pragma warning disable CA2213, IDE1006 // TorchSharp disposes registered objects, under the names of the fields.
        private readonly global::TorchSharp.Modules.Parameter weight = torch.nn.Parameter(torch.tensor([1f, 2f]));
#pragma warning restore CA2213, IDE1006

        public Caching()
            : base("caching") => RegisterComponents();

        public torch.Tensor? Cache { get; set; }

        public override torch.Tensor forward(torch.Tensor input) => input;
    }

    private sealed class Growing : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
#pragma warning disable CA2213, IDE1006 // TorchSharp disposes registered objects, under the names of the fields.
        private torch.Tensor mask = torch.ones(2);
#pragma warning restore CA2213, IDE1006

        public Growing()
            : base("growing") => RegisterComponents();

        public torch.Tensor Mask => mask;

        public void Grow() => mask = torch.ones(4);

        public override torch.Tensor forward(torch.Tensor input) => input;
    }

    private sealed class Recurrent : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
#pragma warning disable CA2213, IDE1006 // TorchSharp disposes registered objects, under the names of the fields.
        private readonly global::TorchSharp.Modules.LSTM lstm = torch.nn.LSTM(4, 5);
#pragma warning restore CA2213, IDE1006

        public Recurrent()
            : base("recurrent") => RegisterComponents();

        public override torch.Tensor forward(torch.Tensor input) => lstm.call(input).Item1;
    }
}
