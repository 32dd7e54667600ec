using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using SharedModels.Cuda.Memory;
using SharedModels.Cuda.Tests.Driver;
using SharedModels.Cuda.Tests.Simulator;

namespace SharedModels.Cuda.Tests.Memory;

public sealed class HostMemoryPinnerTests : IDisposable
{
    private readonly SimulatedDevice _first = new("first", 1000, 1000);
    private readonly SimulatedDevice _second = new("second", 1000, 1000);
    private readonly CudaSimulator _driver;
    private readonly HostPages _pages = new(5);
    private readonly PinnedMemoryQuota _quota = new();
    private readonly FakeLogger _log = new();

    public HostMemoryPinnerTests() => _driver = new(_first, _second);

    public void Dispose()
    {
        _driver.Dispose();
        _pages.Dispose();
    }

    [Fact]
    public void Memory_is_pinned_up_to_the_budget_and_the_fallback_is_logged_once()
    {
        var pinner = new HostMemoryPinner(_driver.Driver, _quota, 100, _log);
        Assert.True(pinner.TryPin(_pages[1], 60));
        Assert.True(pinner.TryPin(_pages[2], 40));
        Assert.Empty(_log.Collector.GetSnapshot());
        Assert.False(pinner.TryPin(_pages[3], 1));
        Assert.False(pinner.TryPin(_pages[4], 1));
        var line = Assert.Single(_log.Collector.GetSnapshot());
        Assert.Equal(LogLevel.Warning, line.Level);
        Assert.Contains("100 of 100 bytes are pinned", line.Message, StringComparison.Ordinal);
        Assert.Equal(100, _quota.Bytes);
        Assert.Equal([_pages[1], _pages[2]], _driver.Memory.Registered.Keys);
    }

    [Fact]
    public void Unpinned_memory_can_be_pinned_again()
    {
        var pinner = new HostMemoryPinner(_driver.Driver, _quota, 100, _log);
        Assert.True(pinner.TryPin(_pages[1], 100));
        pinner.Unpin(_pages[1], 100);
        Assert.Empty(_driver.Memory.Registered);
        Assert.Equal(0, _quota.Bytes);
        Assert.True(pinner.TryPin(_pages[2], 100));
    }

    [Fact]
    public void A_failure_of_the_driver_leaves_memory_pageable_and_the_budget_unchanged()
    {
        _driver.OnRegister = static (_, _) => 2;
        var pinner = new HostMemoryPinner(_driver.Driver, _quota, 100, _log);
        Assert.False(pinner.TryPin(_pages[1], 60));
        Assert.Equal(0, _quota.Bytes);
        Assert.Contains("CUDA_ERROR_OUT_OF_MEMORY", Assert.Single(_log.Collector.GetSnapshot()).Message, StringComparison.Ordinal);
        _driver.OnRegister = static (_, _) => 0;
        Assert.True(pinner.TryPin(_pages[1], 100));
    }

    [Fact]
    public void A_lost_device_does_not_keep_a_model_from_being_loaded_for_another()
    {
        _driver.OnRegister = static (_, _) => 700;
        var pinner = new HostMemoryPinner(_driver.Driver, _quota, 100, _log);
        Assert.False(pinner.TryPin(_pages[1], 60));
        Assert.Contains("CUDA_ERROR_ILLEGAL_ADDRESS", Assert.Single(_log.Collector.GetSnapshot()).Message, StringComparison.Ordinal);
        Assert.Equal(0, _quota.Bytes);
    }

    [Fact]
    public void Memory_is_pinned_by_any_device_that_still_answers()
    {
        var pinner = new HostMemoryPinner(_driver.Driver, _quota, 100, _log);
        _first.Fault = 700;
        Assert.True(pinner.TryPin(_pages[2], 40));
        Assert.True(pinner.Unpin(_pages[2], 40));
        Assert.Empty(_driver.Memory.Registered);
        Assert.Empty(_log.Collector.GetSnapshot());
    }

    [Fact]
    public void Memory_that_cannot_be_unpinned_while_a_device_works_is_leaked_and_counted()
    {
        var pinner = new HostMemoryPinner(_driver.Driver, _quota, 100, _log);
        Assert.True(pinner.TryPin(_pages[1], 60));
        _first.Fault = 700;
        Assert.False(pinner.Unpin(_pages[1], 60));
        Assert.Equal((60, 60), (_quota.Bytes, _quota.LeakedBytes));
        Assert.False(pinner.TryPin(_pages[2], 60));
        var line = Assert.Single(_log.Collector.GetSnapshot(), static line => line.Id.Id == 121);
        Assert.Equal(LogLevel.Warning, line.Level);
        Assert.StartsWith("60 bytes of host memory could not be unpinned", line.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_is_freed_when_every_device_is_lost()
    {
        var pinner = new HostMemoryPinner(_driver.Driver, _quota, 100, _log);
        Assert.True(pinner.TryPin(_pages[1], 60));
        _first.Fault = _second.Fault = 700;
        Assert.True(pinner.Unpin(_pages[1], 60));
        Assert.Equal((0, 0), (_quota.Bytes, _quota.LeakedBytes));
        Assert.DoesNotContain(_log.Collector.GetSnapshot(), static line => line.Level == LogLevel.Warning);
    }

    [Fact]
    public void Memory_is_leaked_if_a_device_may_be_used_later()
    {
        using var simulator = new CudaSimulator(_first, new SimulatedDevice("unused", 1000, 1000) { HasContext = false });
        var pinner = new HostMemoryPinner(simulator.Driver, _quota, 100, _log);
        Assert.True(pinner.TryPin(_pages[1], 60));
        _first.Fault = 700;
        Assert.False(pinner.Unpin(_pages[1], 60));
        Assert.Equal(60, _quota.LeakedBytes);
    }

    [Fact]
    public void Memory_is_leaked_if_its_device_fails_without_being_lost()
    {
        var pinner = new HostMemoryPinner(_driver.Driver, _quota, 100, _log);
        Assert.True(pinner.TryPin(_pages[1], 60));
        _first.Fault = _second.Fault = 1;
        Assert.False(pinner.Unpin(_pages[1], 60));
        Assert.Equal(60, _quota.LeakedBytes);
    }

    [Fact]
    public void The_device_that_pinned_the_memory_is_asked_first_to_unpin_it()
    {
        _first.Fault = 600;
        var asked = new List<int>();
        _driver.OnCall = (function, device) =>
        {
            if (function == "cuMemHostUnregister")
                asked.Add(device);
        };
        var pinner = new HostMemoryPinner(_driver.Driver, _quota, 100, _log);
        Assert.True(pinner.TryPin(_pages[1], 60));
        _first.Fault = 0;
        Assert.True(pinner.Unpin(_pages[1], 60));
        Assert.Equal([1], asked);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Leaked_memory_is_kept_alive(bool isLeaked)
    {
        var memory = PinAndRelease(isLeaked);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.Equal(isLeaked, memory.IsAlive);
    }

    [Fact]
    public void No_context_is_created_for_pinning_on_an_unused_device()
    {
        var unused = new SimulatedDevice("first", 1000, 1000) { HasContext = false };
        using var simulator = new CudaSimulator(unused, _second);
        _second.Fault = 700;
        Assert.False(new HostMemoryPinner(simulator.Driver, _quota, 100, _log).TryPin(_pages[1], 10));
        Assert.Equal(0, unused.Contexts);
        Assert.Contains("CUDA_ERROR_ILLEGAL_ADDRESS", Assert.Single(_log.Collector.GetSnapshot()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_runtimes_of_a_process_pin_up_to_one_budget()
    {
        var container = new HostMemoryPinner(_driver.Driver, _quota, 100, _log);
        var other = new HostMemoryPinner(_driver.Driver, _quota, 100, _log);
        Assert.True(container.TryPin(_pages[1], 60));
        Assert.False(other.TryPin(_pages[2], 60));
        Assert.True(other.TryPin(_pages[2], 40));
        container.Unpin(_pages[1], 60);
        Assert.True(other.TryPin(_pages[3], 60));
        Assert.Equal(100, _quota.Bytes);
    }

    [Fact]
    public void A_driver_whose_devices_libtorch_cannot_use_pins_nothing_and_nothing_is_logged()
    {
        using var simulator = new CudaSimulator(new SimulatedDevice("unused", 1000, 1000) { HasContext = false })
        {
            OnRegister = static (_, _) => 3,
        };
        Assert.False(new HostMemoryPinner(simulator.Driver, _quota, 100, _log).TryPin(_pages[1], 10));
        Assert.Equal(0, _quota.Bytes);
        Assert.Empty(_log.Collector.GetSnapshot());
    }

    [Fact]
    public void Without_a_driver_nothing_is_pinned_and_nothing_is_logged()
    {
        Assert.False(new HostMemoryPinner(null, _quota, 100, _log).TryPin(_pages[1], 10));
        Assert.Empty(_log.Collector.GetSnapshot());
    }

    [Fact]
    public void Unpinning_memory_that_the_driver_has_released_is_harmless()
    {
        var pinner = new HostMemoryPinner(_driver.Driver, _quota, 100, _log);
        Assert.True(pinner.TryPin(_pages[1], 60));
        _driver.Memory.Registered.Clear();
        Assert.True(pinner.Unpin(_pages[1], 60));
        Assert.Equal((0, 0), (_quota.Bytes, _quota.LeakedBytes));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference PinAndRelease(bool isLeaked)
    {
        var pinner = new HostMemoryPinner(_driver.Driver, _quota, 100, _log);
        var memory = new object();
        Assert.True(pinner.TryPin(_pages[1], 60));
        var pinned = new PinnedMemory(pinner, _pages[1], 60, memory);
        _first.Fault = _second.Fault = isLeaked ? CudaCode.InvalidValue : 0;
        pinned.Dispose();
        Assert.Equal(isLeaked, pinned.IsLeaked);
        return new(memory);
    }
}
