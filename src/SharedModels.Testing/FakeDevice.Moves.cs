namespace SharedModels.Testing;

public sealed partial class FakeDevice
{
    /// <summary>Moves something to the device.</summary>
    internal async ValueTask<FakeAllocation> TakeAsync(long bytes, CancellationToken cancellationToken)
    {
        var allocation = Take(bytes, isMove: true);
        try
        {
            await TransferAsync(allocation, cancellationToken).ConfigureAwait(false);
            return allocation;
        }
        catch
        {
            allocation.Dispose();
            throw;
        }
    }

    /// <summary>Waits for the duration of a move.</summary>
    internal async ValueTask TransferAsync(FakeAllocation allocation, CancellationToken cancellationToken)
    {
        allocation.ThrowIfLost();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(IgnoresTokens ? default : cancellationToken, allocation.Loss);
        try
        {
            await Move.PassAsync(ending.Token).ConfigureAwait(false);
            var seconds = allocation.Bytes / BytesPerSecond * Slowdown;
            if (seconds > 0)
                await Task.Delay(TimeSpan.FromSeconds(seconds), _time, ending.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (allocation.IsLost)
        {
            // ThrowIfLost below reports it.
        }

        allocation.ThrowIfLost();
    }

    internal FakeAllocation Take(long bytes, bool isMove = false)
    {
        lock (_lock)
        {
            ThrowIfLost();
            var free = Math.Max(0, PhysicalBytes - _usedBytes);
            if (bytes > free)
                throw OutOfMemory($"Device {Device} has {free} of {PhysicalBytes} bytes free, but {bytes} are needed.", free);
            if (isMove && _failingMoves > 0)
            {
                _failingMoves--;
                throw OutOfMemory($"The test made this move to device {Device} fail ({nameof(FailMoves)}).", Math.Min(free, bytes - 1));
            }

            _usedBytes += bytes;
            _peakBytes = Math.Max(_peakBytes, _usedBytes);
            return new(this, bytes, _loss.Token);
        }

        DeviceOutOfMemoryException OutOfMemory(string message, long free) => new(message)
        {
            Device = Device,
            RequiredBytes = bytes,
            BudgetBytes = PhysicalBytes,
            FreeBytes = Math.Max(0, free),
        };
    }

    internal void GiveBack(FakeAllocation allocation)
    {
        lock (_lock)
            _usedBytes -= allocation.Loss == _loss.Token ? allocation.Bytes : 0;
    }

    internal void ThrowIfLost(bool isGone = false)
    {
        lock (_lock)
        {
            if (_cause is not null || isGone)
                throw new DeviceLostException($"Device {Device} is lost. Its contents are gone.", _cause) { Device = Device };
        }
    }

    internal Exception Break(Exception? cause)
    {
        cause ??= new InvalidOperationException($"The test broke fake device {Device}.");
        CancellationTokenSource loss;
        lock (_lock)
        {
            _cause = cause;
            _usedBytes = 0;
            loss = _loss;
            _loss = new();
        }

        // Cancel outside the lock: continuations that wait for the token can run synchronously on this thread.
        loss.Cancel();
        return cause;
    }

    internal void Return()
    {
        lock (_lock)
            _cause = null;
    }

    internal async ValueTask ProbeAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _probes);
        await Probe.PassAsync(cancellationToken).ConfigureAwait(false);
        ThrowIfLost();
    }
}
