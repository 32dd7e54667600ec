using Microsoft.Extensions.Logging;
using SharedModels.Cuda.Diagnostics;
using SharedModels.Cuda.Driver;

namespace SharedModels.Cuda.Memory;

/// <summary>
/// Pins host memory for transfers, up to a budget: pinned memory cannot be used for anything else, and too much of it stops the machine.
/// </summary>
/// <remarks>Safe for use by many threads.</remarks>
internal sealed class HostMemoryPinner(CudaDriver? driver, PinnedMemoryQuota quota, long budgetBytes, ILogger logger)
{
    private bool _hasWarned;

    /// <summary>Pins memory that begins on a page boundary; <see langword="false"/> if it stays pageable, which is logged once.</summary>
    public bool TryPin(nint address, long bytes)
    {
        if (driver is null || bytes == 0 || !driver.DevicesInUse.Any())
            return false;
        if (!quota.TryTake(bytes, budgetBytes))
        {
            Warn($"{quota.Bytes} of {budgetBytes} bytes are pinned");
            return false;
        }

        try
        {
            InOneContext(device => driver.RegisterHost(device, address, bytes));
            return true;
        }
        catch (CudaException exception)
        {
            // A lost device too: the model may be for another.
            quota.Return(bytes);
            Warn(exception.Message);
            return false;
        }
    }

    public void Unpin(nint address, long bytes)
    {
        quota.Return(bytes);
        try
        {
            InOneContext(device => driver!.UnregisterHost(device, address));
        }
        catch (CudaException exception)
        {
            // Devices that are all lost copy nothing more from what lies there next.
            Log.UnpinFailed(logger, exception);
        }
    }

    /// <summary>One context does for all, since registrations are portable; but that of a lost device does nothing any more.</summary>
    private void InOneContext(Action<int> ask)
    {
        CudaException? failure = null;
        foreach (var device in driver!.DevicesInUse)
        {
            try
            {
                ask(device);
                return;
            }
            catch (CudaException exception)
            {
                failure ??= exception;
            }
        }

        if (failure is not null)
            throw failure;
    }

    private void Warn(string reason)
    {
        if (!Interlocked.Exchange(ref _hasWarned, true))
            Log.MemoryNotPinned(logger, reason, budgetBytes);
    }
}
