using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using SharedModels.Cuda.Diagnostics;
using SharedModels.Cuda.Driver;

namespace SharedModels.Cuda.Memory;

/// <summary>
/// Pins host memory for transfers, up to a budget. Pinned memory cannot be used for anything else, and too much of it makes the machine
/// unusable.
/// </summary>
/// <remarks>Safe for use by many threads.</remarks>
internal sealed class HostMemoryPinner(CudaDriver? driver, PinnedMemoryQuota quota, long budgetBytes, ILogger logger)
{
    private const int NotRegistered = 713;

    private readonly ConcurrentDictionary<nint, int> _registrars = new();
    private bool _hasWarned;

    /// <summary>
    /// Pins memory that begins at a page boundary. Returns <see langword="false"/> if it stays pageable, which is logged once.
    /// </summary>
    public bool TryPin(nint address, long bytes)
    {
        if (driver is null || bytes == 0 || !driver.DevicesInUse.Any())
            return false;
        if (!quota.TryTake(bytes, budgetBytes))
        {
            Warn($"{quota.Bytes} of {budgetBytes} bytes are pinned");
            return false;
        }

        CudaException? failure = null;
        foreach (var device in driver.DevicesInUse)
        {
            try
            {
                // One context is sufficient, because registrations are portable.
                driver.RegisterHost(device, address, bytes);
                _registrars[address] = device;
                return true;
            }
            catch (CudaException exception)
            {
                // The loss of a device is caught too, because the model may be intended for another device.
                failure ??= exception;
            }
        }

        quota.Return(bytes);
        if (failure is not null)
            Warn(failure.Message);
        return false;
    }

    /// <summary>Unpins memory. Returns <see langword="false"/> if it must not be freed because a device may still copy from it.</summary>
    public bool Unpin(nint address, long bytes)
    {
        if (TryUnregister(address) is not { } failure)
        {
            quota.Return(bytes);
            return true;
        }

        if (failure.IsHarmless)
        {
            quota.Return(bytes);
            Log.UnpinFailed(logger, failure.Cause);
            return true;
        }

        quota.Leak(bytes);
        Log.PinnedMemoryLeaked(logger, failure.Cause, bytes, quota.LeakedBytes);
        return false;
    }

    /// <summary>
    /// Unregisters the memory on the device that registered it, then on the others. If all fail, the memory may be freed only if every
    /// device of the machine is lost. Any other device may know the range and copy from the old pages after the address has been reused.
    /// </summary>
    private (CudaException Cause, bool IsHarmless)? TryUnregister(nint address)
    {
        var isKnown = _registrars.TryRemove(address, out var registrar);
        var others = driver!.DevicesInUse.Where(device => !isKnown || device != registrar);
        CudaException? failure = null;
        var lost = 0;
        foreach (var device in isKnown ? others.Prepend(registrar) : others)
        {
            try
            {
                driver.UnregisterHost(device, address);
                return null;
            }
            catch (CudaException exception)
            {
                // The driver has already unregistered it.
                if (isKnown && device == registrar && exception.Code == NotRegistered)
                    return null;
                failure ??= exception;
                lost += CudaErrors.IsSticky(exception) ? 1 : 0;
            }
        }

        return failure is null ? null : (failure, lost == driver.DeviceCount);
    }

    private void Warn(string reason)
    {
        if (!Interlocked.Exchange(ref _hasWarned, true))
            Log.MemoryNotPinned(logger, reason, budgetBytes);
    }
}
