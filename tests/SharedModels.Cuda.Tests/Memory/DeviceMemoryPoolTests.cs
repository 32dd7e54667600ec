using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using SharedModels.Cuda.Driver;
using SharedModels.Cuda.Memory;
using SharedModels.Cuda.Tests.Driver;
using SharedModels.Cuda.Tests.Simulator;

namespace SharedModels.Cuda.Tests.Memory;

public sealed class DeviceMemoryPoolTests : IDisposable
{
    private const long MiB = 1 << 20;

    private static readonly TimeSpan Retention = TimeSpan.FromSeconds(1);

    private readonly SimulatedDevice _device = new("first", 200 * MiB, 200 * MiB);
    private readonly CudaSimulator _simulator;
    private readonly FakeTimeProvider _time = new();
    private readonly FakeLogger _log = new();
    private readonly DeviceMemoryPool _pool;

    public DeviceMemoryPoolTests()
    {
        _simulator = new(_device);
        _pool = new(_simulator.Driver, Retention, _time, _log);
    }

    public void Dispose()
    {
        _pool.Dispose();
        _simulator.Dispose();
    }

    [Fact]
    public void A_block_has_consecutive_addresses_and_is_rounded_up_to_the_granularity_of_the_driver()
    {
        var block = _pool.Allocate(0, 65 * MiB);
        Assert.Equal((66 * MiB, 66 * MiB), (block.Bytes, _pool.GetTakenBytes(65 * MiB)));
        Assert.Equal([32 * MiB, 32 * MiB, 2 * MiB], block.Chunks.Select(static chunk => chunk.Bytes));
        Assert.Equal(134 * MiB, _device.FreeBytes);
        Assert.True(_simulator.Memory.IsLive(_device, block.Address, block.Bytes));
        _pool.Free(block);
    }

    [Fact]
    public void Freed_memory_serves_a_block_of_another_size_and_only_the_difference_is_new()
    {
        _pool.Free(_pool.Allocate(0, 100 * MiB));
        Assert.Equal(4, _simulator.Memory.Creations);
        Assert.Equal(100 * MiB, _pool.GetRetainedBytes(0));
        var block = _pool.Allocate(0, 130 * MiB);
        Assert.Equal(6, _simulator.Memory.Creations);

        // Memory that no block of this size can use may be needed as working memory.
        Assert.Equal((70 * MiB, 0), (_device.FreeBytes, _pool.GetRetainedBytes(0)));
        _pool.Free(block);
    }

    [Fact]
    public void Memory_that_is_not_reused_returns_to_the_driver()
    {
        var (first, second) = (_pool.Allocate(0, 100 * MiB), _pool.Allocate(0, 32 * MiB));
        _pool.Free(first);
        _time.Advance(Retention / 2);
        _pool.Free(second);
        Assert.Equal(68 * MiB, _device.FreeBytes);

        // Later blocks do not postpone it.
        _time.Advance(Retention / 2);
        Assert.Equal(200 * MiB, _device.FreeBytes);
        Assert.Equal((0, 0), (_pool.GetRetainedBytes(0), _simulator.Memory.LiveBlocks));
        _pool.Free(_pool.Allocate(0, 32 * MiB));
        _time.Advance(Retention);
        Assert.Equal(200 * MiB, _device.FreeBytes);
    }

    [Fact]
    public void Retained_memory_returns_to_the_driver_when_a_block_would_not_fit_otherwise()
    {
        _pool.Free(_pool.Allocate(0, 30 * MiB));
        _pool.Free(_pool.Allocate(0, 20 * MiB));
        var block = _pool.Allocate(0, 192 * MiB);
        Assert.Equal((8 * MiB, 0), (_device.FreeBytes, _pool.GetRetainedBytes(0)));
        _pool.Free(block);
    }

    [Fact]
    public void A_block_that_does_not_fit_leaves_nothing_behind()
    {
        Assert.Equal(CudaCode.OutOfMemory, Assert.Throws<CudaException>(() => _pool.Allocate(0, 201 * MiB)).Code);
        _pool.Trim(0);
        Assert.Equal((200 * MiB, 0), (_device.FreeBytes, _simulator.Memory.LiveBlocks));
    }

    [Fact]
    public void An_allocator_that_caches_memory_releases_it_when_a_block_would_not_fit_otherwise()
    {
        var libtorch = new CachingAllocator(_simulator.Driver, 0);
        _pool.OnShortage(_ => libtorch.ReleaseCached());
        libtorch.Free(libtorch.Allocate(105 * MiB));
        Assert.Equal(94 * MiB, _device.FreeBytes);
        _pool.Free(_pool.Allocate(0, 150 * MiB));
        Assert.Equal(0, libtorch.ReservedBytes);
    }

    [Fact]
    public void Everything_that_is_kept_can_be_released_for_another_engine_even_if_an_allocator_fails()
    {
        var libtorch = new CachingAllocator(_simulator.Driver, 0);
        _pool.OnShortage(static _ => throw new InvalidOperationException("no allocator"));
        _pool.OnShortage(_ => libtorch.ReleaseCached());
        libtorch.Free(libtorch.Allocate(50 * MiB));
        _pool.Free(_pool.Allocate(0, 50 * MiB));
        _pool.ReleaseAll(0);
        Assert.Equal((200 * MiB, 0), (_device.FreeBytes, libtorch.ReservedBytes));
        Assert.Equal("no allocator", _log.LatestRecord.Exception?.Message);
    }

    [Fact]
    public async Task A_block_waits_for_memory_that_another_thread_is_releasing()
    {
        using var release = new Gate();
        _pool.Free(_pool.Allocate(0, 150 * MiB));
        _simulator.OnCall = (function, _) =>
        {
            if (function == "cuMemRelease")
                release.Pass();
        };
        release.Close();
        var trimming = Task.Run(() => _pool.Trim(0));
        await Condition.UntilAsync(() => release.Waiting == 1);
        var allocating = Task.Run(() => _pool.Allocate(0, 180 * MiB));
        release.Open();
        await trimming.WaitAsync(TestBound.Wait);
        _pool.Free(await allocating.WaitAsync(TestBound.Wait));
    }

    [Fact]
    public void Memory_that_is_freed_after_the_pool_was_disposed_returns_to_the_driver_immediately()
    {
        var (first, second) = (_pool.Allocate(0, 40 * MiB), _pool.Allocate(0, 40 * MiB));
        _pool.Free(first);
        _pool.Dispose();
        _pool.Free(second);
        Assert.Equal((200 * MiB, 0), (_device.FreeBytes, _pool.GetRetainedBytes(0)));
    }

    [Fact]
    public void Memory_is_freed_after_the_kernels_that_use_it()
    {
        // Otherwise, the simulator reports a race.
        var block = _pool.Allocate(0, 64 * MiB);
        var isDone = false;
        _simulator.Eagerness = 0;
        _simulator.Launch(0, () => isDone = true, reads: [new(block.Address, block.Bytes)]);
        _pool.Free(block);
        Assert.True(isDone);
    }

    [Fact]
    public void Reused_memory_is_not_visible_at_the_old_address()
    {
        var block = _pool.Allocate(0, 32 * MiB);
        _pool.Free(block);
        var next = _pool.Allocate(0, 32 * MiB);
        Assert.Equal(1, _simulator.Memory.Creations);
        Assert.NotEqual(block.Address, next.Address);
        Assert.False(_simulator.Memory.IsLive(_device, block.Address, 1));
        _pool.Free(next);
    }

    [Fact]
    public void Without_virtual_memory_management_the_driver_allocates_blocks_and_frees_them_immediately()
    {
        var device = new SimulatedDevice("old", 200 * MiB, 200 * MiB) { Granularity = 0 };
        using var simulator = new CudaSimulator(device);
        using var pool = new DeviceMemoryPool(simulator.Driver, Retention, _time, _log);
        var libtorch = new CachingAllocator(simulator.Driver, 0);
        pool.OnShortage(_ => libtorch.ReleaseCached());
        libtorch.Free(libtorch.Allocate(150 * MiB));
        var block = pool.Allocate(0, 65 * MiB);
        Assert.Equal((65 * MiB, 135 * MiB), (block.Bytes, device.FreeBytes));
        pool.Free(block);
        Assert.Equal((200 * MiB, 0), (device.FreeBytes, pool.GetRetainedBytes(0)));
    }

    [Fact]
    public void Without_retention_memory_returns_immediately()
    {
        using var pool = new DeviceMemoryPool(_simulator.Driver, TimeSpan.Zero, _time, _log);
        pool.Free(pool.Allocate(0, 40 * MiB));
        Assert.Equal(200 * MiB, _device.FreeBytes);
    }

    [Fact]
    public void Memory_of_a_lost_device_is_abandoned_with_a_warning()
    {
        var block = _pool.Allocate(0, 40 * MiB);
        _device.Fault = CudaCode.IllegalAddress;
        _pool.Free(block);
        Assert.Equal(0, _pool.GetRetainedBytes(0));
        Assert.Contains(
            "could not be returned to the driver", Assert.Single(_log.Collector.GetSnapshot()).Message, StringComparison.Ordinal);
        _device.Fault = 0;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Blocks_of_many_threads_never_share_memory(int seed)
    {
        _time.AutoAdvanceAmount = TimeSpan.FromMilliseconds(1);
        await Parallel.ForEachAsync(Enumerable.Range(0, 4), async (worker, _) =>
        {
            var random = new Random(seed * 100 + worker);
            for (var i = 0; i < 6; i++)
            {
                DeviceBlock block;
                try
                {
                    block = _pool.Allocate(0, random.Next(1, (int)(70 * MiB)));
                }
                catch (CudaException exception) when (exception.Code == CudaCode.OutOfMemory)
                {
                    continue;
                }

                byte[] mine = [(byte)worker, (byte)i];
                _simulator.Memory.Write(block.Address + (nint)block.Bytes - 2, mine);
                _simulator.Launch(0, static () => { }, reads: [new(block.Address, block.Bytes)]);
                await Task.Yield();
                if (random.Next(4) == 0)
                    _pool.Trim(0);
                Assert.Equal(mine, _simulator.Memory.Read(block.Address + (nint)block.Bytes - 2, 2));
                _pool.Free(block);
            }
        });
        _pool.Trim(0);
        Assert.Equal((200 * MiB, 0), (_device.FreeBytes, _simulator.Memory.LiveBlocks));
    }
}
