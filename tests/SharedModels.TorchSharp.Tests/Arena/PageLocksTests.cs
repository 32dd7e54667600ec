using Microsoft.Extensions.Logging;
using SharedModels.TorchSharp.Arena;
using SharedModels.TorchSharp.Tests.Cuda;

namespace SharedModels.TorchSharp.Tests.Arena;

public sealed class PageLocksTests : IDisposable
{
    private readonly FakeCudaDevice _first = new("first", 1000, 1000);
    private readonly FakeCudaDevice _second = new("second", 1000, 1000);
    private readonly FakeCudaDriver _driver;
    private readonly LockedPages _pages = new();
    private readonly RecordingLogger _log = new();

    public PageLocksTests() => _driver = new(_first, _second);

    public void Dispose() => _log.Dispose();

    [Fact]
    public void Pages_are_locked_up_to_the_budget_and_the_fall_back_is_said_once()
    {
        var locks = new PageLocks(_driver, _pages, 100, _log);
        Assert.True(locks.TryLock(0x1000, 60));
        Assert.True(locks.TryLock(0x2000, 40));
        Assert.Empty(_log.Lines);
        Assert.False(locks.TryLock(0x3000, 1));
        Assert.False(locks.TryLock(0x4000, 1));
        var line = Assert.Single(_log.Lines);
        Assert.Equal(LogLevel.Warning, line.Level);
        Assert.Contains("100 of 100 bytes are locked", line.Text, StringComparison.Ordinal);
        Assert.Equal(100, _pages.Bytes);
        Assert.Equal([0x1000, 0x2000], _driver.RegisteredHost.Keys);
    }

    [Fact]
    public void What_is_unlocked_can_be_locked_again()
    {
        var locks = new PageLocks(_driver, _pages, 100, _log);
        Assert.True(locks.TryLock(0x1000, 100));
        locks.Unlock(0x1000, 100);
        Assert.Empty(_driver.RegisteredHost);
        Assert.Equal(0, _pages.Bytes);
        Assert.True(locks.TryLock(0x2000, 100));
    }

    [Fact]
    public void A_system_that_refuses_leaves_memory_pageable_and_the_budget_whole()
    {
        _driver.OnRegister = static _ => FakeCudaDriver.Error("CUDA_ERROR_OUT_OF_MEMORY", 2, "out of memory");
        var locks = new PageLocks(_driver, _pages, 100, _log);
        Assert.False(locks.TryLock(0x1000, 60));
        Assert.Equal(0, _pages.Bytes);
        Assert.Contains("CUDA_ERROR_OUT_OF_MEMORY", Assert.Single(_log.Lines).Text, StringComparison.Ordinal);
        _driver.OnRegister = static _ => null;
        Assert.True(locks.TryLock(0x1000, 100));
    }

    [Fact]
    public void A_lost_device_keeps_no_model_from_being_loaded_for_another()
    {
        _driver.OnRegister = static _ => FakeCudaDriver.Error("CUDA_ERROR_ILLEGAL_ADDRESS");
        var locks = new PageLocks(_driver, _pages, 100, _log);
        Assert.False(locks.TryLock(0x1000, 60));
        Assert.Contains("CUDA_ERROR_ILLEGAL_ADDRESS", Assert.Single(_log.Lines).Text, StringComparison.Ordinal);
        Assert.Equal(0, _pages.Bytes);
    }

    [Fact]
    public void Pages_are_locked_and_unlocked_by_whichever_device_still_answers()
    {
        var locks = new PageLocks(_driver, _pages, 100, _log);
        Assert.True(locks.TryLock(0x1000, 60));
        _first.Fault = FakeCudaDriver.Error("CUDA_ERROR_ILLEGAL_ADDRESS");
        Assert.True(locks.TryLock(0x2000, 40));
        locks.Unlock(0x1000, 60);
        locks.Unlock(0x2000, 40);
        Assert.Empty(_driver.RegisteredHost);
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public void No_context_is_made_for_locks_on_a_device_that_nobody_uses()
    {
        _first.HasContext = false;
        _first.Fault = FakeCudaDriver.Error("CUDA_ERROR_DEVICE_UNAVAILABLE", 46);
        _second.Fault = FakeCudaDriver.Error("CUDA_ERROR_ILLEGAL_ADDRESS");
        Assert.False(new PageLocks(_driver, _pages, 100, _log).TryLock(0x1000, 10));
        Assert.Contains("CUDA_ERROR_ILLEGAL_ADDRESS", Assert.Single(_log.Lines).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void All_runtimes_of_a_process_lock_up_to_one_budget()
    {
        var (container, other) = (new PageLocks(_driver, _pages, 100, _log), new PageLocks(_driver, _pages, 100, _log));
        Assert.True(container.TryLock(0x1000, 60));
        Assert.False(other.TryLock(0x2000, 60));
        Assert.True(other.TryLock(0x2000, 40));
        container.Unlock(0x1000, 60);
        Assert.True(other.TryLock(0x3000, 60));
        Assert.Equal(100, _pages.Bytes);
    }

    [Fact]
    public void A_driver_none_of_whose_devices_libtorch_can_use_locks_nothing_and_nothing_is_said()
    {
        _first.HasContext = _second.HasContext = false;
        _driver.OnRegister = static _ => FakeCudaDriver.Error("CUDA_ERROR_NOT_INITIALIZED", 3);
        Assert.False(new PageLocks(_driver, _pages, 100, _log).TryLock(0x1000, 10));
        Assert.Equal(0, _pages.Bytes);
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public void Without_a_driver_nothing_is_locked_and_nothing_said()
    {
        Assert.False(new PageLocks(null, _pages, 100, _log).TryLock(0x1000, 10));
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public void Unlocking_what_the_driver_has_let_go_of_is_harmless()
    {
        var locks = new PageLocks(_driver, _pages, 100, _log);
        Assert.True(locks.TryLock(0x1000, 60));
        _driver.RegisteredHost.Clear();
        locks.Unlock(0x1000, 60);
        Assert.Equal(0, _pages.Bytes);
    }
}
