using Microsoft.Extensions.Logging;
using SharedModels.TorchSharp.Cuda;
using SharedModels.TorchSharp.Diagnostics;

namespace SharedModels.TorchSharp.Arena;

/// <summary>Locks pages of the host for transfers, up to a budget: what is locked can be used for nothing else, and too much of it stops the machine.</summary>
/// <remarks>Safe for use by many threads.</remarks>
internal sealed class PageLocks(ICudaDriver? driver, LockedPages pages, long budgetBytes, ILogger logger)
{
    private bool _hasWarned;

    /// <summary>Locks memory that begins at a page's begin; <see langword="false"/> if it stays pageable, which is said once.</summary>
    public bool TryLock(nint address, long bytes)
    {
        if (driver is null || bytes == 0 || !driver.DevicesInUse.Any())
            return false;
        if (!pages.TryTake(bytes, budgetBytes))
        {
            Warn($"{pages.Bytes} of {budgetBytes} bytes are locked");
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
            pages.Return(bytes);
            Warn(exception.Message);
            return false;
        }
    }

    public void Unlock(nint address, long bytes)
    {
        pages.Return(bytes);
        try
        {
            InOneContext(device => driver!.UnregisterHost(device, address));
        }
        catch (CudaException exception)
        {
            // Devices that are all lost copy nothing more from what lies there next.
            Log.UnlockFailed(logger, exception);
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
            Log.PagesNotLocked(logger, reason, budgetBytes);
    }
}
