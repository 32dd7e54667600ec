using Microsoft.Extensions.Logging;
using SharedModels.TorchSharp.Cuda;
using SharedModels.TorchSharp.Diagnostics;

namespace SharedModels.TorchSharp.Arena;

/// <summary>Locks pages of the host for transfers, up to a budget: what is locked can be used for nothing else, and too much of it stops the machine.</summary>
/// <remarks>Safe for use by many threads.</remarks>
internal sealed class PageLocks(ICudaDriver? driver, LockedPages pages, long budgetBytes, ILogger logger)
{
    /// <summary>Pages of all systems that have CUDA, unless huge ones were asked for.</summary>
    public const int PageBytes = 4096;

    private bool _hasWarned;

    /// <summary>Locks memory that begins at a page's begin; <see langword="false"/> if it stays pageable, which is said once.</summary>
    public bool TryLock(nint address, long bytes)
    {
        if (driver is not { IsInUse: true } || bytes == 0)
            return false;
        if (!pages.TryTake(bytes, budgetBytes))
        {
            Warn($"{pages.Bytes} of {budgetBytes} bytes are locked");
            return false;
        }

        try
        {
            driver.RegisterHost(address, bytes);
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
            driver!.UnregisterHost(address);
        }
        catch (CudaException exception)
        {
            // A lost device has let go of its pages already.
            Log.UnlockFailed(logger, exception);
        }
    }

    private void Warn(string reason)
    {
        if (!Interlocked.Exchange(ref _hasWarned, true))
            Log.PagesNotLocked(logger, reason, budgetBytes);
    }
}
