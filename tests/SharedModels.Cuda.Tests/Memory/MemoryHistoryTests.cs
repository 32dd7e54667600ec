using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using SharedModels.Cuda.Memory;
using SharedModels.Cuda.Tests.Simulator;

namespace SharedModels.Cuda.Tests.Memory;

/// <summary>
/// Models that are loaded, used and freed in random order. The simulator finds races, and every model finds its own bytes.
/// </summary>
public sealed unsafe class MemoryHistoryTests
{
    private const long MiB = 1 << 20;
    private const int Models = 4;
    private const int Steps = 60;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 3)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Every_model_finds_its_own_bytes(int seed)
    {
        var random = new Random(seed);
        var device = new SimulatedDevice("first", 220 * MiB, 220 * MiB);
        using var simulator = new CudaSimulator(seed, isOpen: false, device) { Eagerness = random.NextDouble() * 0.9 };
        var time = new FakeTimeProvider();
        using var pool = new DeviceMemoryPool(simulator.Driver, TimeSpan.FromSeconds(1), time, new FakeLogger());
        using var transfers = new DeviceTransfers(simulator.Driver);
        var models = Enumerable.Range(0, Models).Select(number => new Model(number, (number + 1) * 11 * MiB)).ToList();
        var pinned = models.Where(_ => random.Next(2) == 0).ToList();
        foreach (var model in pinned)
            simulator.Driver.RegisterHost(0, model.Host, model.Bytes);
        for (var step = 0; step < Steps; step++)
        {
            var model = models[random.Next(Models)];
            if (model.Block is null)
            {
                model.Block = pool.Allocate(0, model.Bytes);
                transfers.CopyIn(0, new(model.Host, model.Block.Address, model.Bytes));
                continue;
            }

            switch (random.Next(4))
            {
                case 0:
                    CopyOut(transfers, new(model.Host, model.Block.Address, model.Bytes));
                    Assert.Equal(model.Value, *(byte*)model.Host);
                    goto case 1;
                case 1:
                    pool.Free(model.Block);
                    model.Block = null;
                    break;
                case 2:
                    time.Advance(TimeSpan.FromMilliseconds(random.Next(1500)));
                    break;
                default:
                    var (block, value) = (model.Block, ++model.Value);
                    simulator.Launch(
                        0,
                        () => simulator.Memory.Write(block.Address, [value]),
                        reads: [new(block.Address, model.Bytes)],
                        writes: [new(block.Address, 1)]);
                    model.IsChanged = true;
                    break;
            }

            if (model is { Block: null, IsChanged: true })
            {
                // Changes are lost unless they were copied out.
                model.Value = *(byte*)model.Host;
                model.IsChanged = false;
            }
        }

        foreach (var model in models)
        {
            if (model.Block is { } block)
            {
                CopyOut(transfers, new(model.Host, block.Address, model.Bytes));
                Assert.Equal(model.Value, *(byte*)model.Host);
                pool.Free(block);
            }

            Assert.Equal(model.Number, ((byte*)model.Host)[model.Bytes - 1]);
            if (pinned.Contains(model))
                simulator.Driver.UnregisterHost(0, model.Host);
            model.Dispose();
        }
    }

    private static void CopyOut(DeviceTransfers transfers, DeviceCopy copy)
    {
        var hasBegun = false;
        transfers.CopyOut(0, copy, ref hasBegun);
    }

    private sealed class Model : IDisposable
    {
        public Model(int number, long bytes)
        {
            (Number, Bytes) = ((byte)number, bytes);
            Host = (nint)NativeMemory.AlignedAlloc((nuint)bytes, 4096);
            new Span<byte>((void*)Host, (int)bytes).Fill(Number);
            Value = Number;
        }

        public byte Number { get; }

        public long Bytes { get; }

        public nint Host { get; }

        public byte Value { get; set; }

        public bool IsChanged { get; set; }

        public DeviceBlock? Block { get; set; }

        public void Dispose() => NativeMemory.AlignedFree((void*)Host);
    }
}
