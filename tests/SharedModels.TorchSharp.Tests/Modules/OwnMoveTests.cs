using Microsoft.Extensions.Logging;
using SharedModels.Cuda.Tests.Simulator;
using SharedModels.TorchSharp.Modules;
using SharedModels.TorchSharp.Tests.StandIn;
using TorchSharp;

namespace SharedModels.TorchSharp.Tests.Modules;

/// <summary>
/// The module's own <c>to</c> replaces parameters, and an exception in its native part ends the process, so no tensor must pass through it.
/// </summary>
public sealed class OwnMoveTests
{
    [TorchFact]
    public async Task No_byte_passes_through_the_modules_own_to()
    {
        using var simulator = new CudaSimulator(new SimulatedDevice("first", 256 << 20, 256 << 20));
        using var runtime = new TorchRuntime(simulator.Driver, new(), new(), new LoggerFactory())
        {
            Locate = static device => device.IsCpu ? new(DeviceType.CPU) : StandInDevice.Place,
        };
        using var part = new Counting("part", null);
        using var whole = new Counting("whole", part);
        using (var arena = ArenaModule.Load(whole, new() { ElementType = "Float64", IsMutable = true }, runtime, default))
        {
            for (var round = 0; round < 2; round++)
            {
                await arena.MoveToAsync(Device.Cuda(0), default);
                await arena.MoveToAsync(Device.Cpu, default);
            }

            await arena.MoveToAsync(Device.Cuda(0), default);
        }

        Assert.Equal((0, 0), (part.MovedBytes, whole.MovedBytes));

        // Shows that it would be counted.
        whole.to(torch.ScalarType.Float32);
        Assert.NotEqual(0, part.MovedBytes);
        Assert.NotEqual(0, whole.MovedBytes);
    }

    private sealed class Counting : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
#pragma warning disable CA2213, IDE1006 // TorchSharp disposes registered objects, under the names of the fields.
        private readonly torch.nn.Module<torch.Tensor, torch.Tensor>? part;
        private readonly global::TorchSharp.Modules.LSTM recurrent = torch.nn.LSTM(2, 2);
#pragma warning restore CA2213, IDE1006

        public Counting(string name, torch.nn.Module<torch.Tensor, torch.Tensor>? part)
            : base(name)
        {
            this.part = part;
            RegisterComponents();
        }

        public long MovedBytes { get; private set; }

        public override torch.Tensor forward(torch.Tensor input) => part?.call(input) ?? recurrent.call(input).Item1;

        protected override torch.nn.Module _to(torch.Device device, torch.ScalarType dtype, bool non_blocking)
        {
            Count();
            return base._to(device, dtype, non_blocking);
        }

        protected override torch.nn.Module _to(DeviceType deviceType, int deviceIndex, bool non_blocking)
        {
            Count();
            return base._to(deviceType, deviceIndex, non_blocking);
        }

        protected override torch.nn.Module _to(torch.ScalarType dtype, bool non_blocking)
        {
            Count();
            return base._to(dtype, non_blocking);
        }

        private void Count() => MovedBytes += parameters().Sum(static tensor => tensor.NumberOfElements * tensor.ElementSize);
    }
}
