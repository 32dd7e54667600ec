namespace SharedModels.Compute.Embedded;

/// <summary>
/// Reuses the buffers of one engine, so that the layers of a network share them. Safe for use by several threads.
/// </summary>
internal sealed class NativeBufferPool : IDisposable
{
    // Sizes are rounded up, so that slightly different shapes (prompts, tiles) share buffers.
    private const int Granularity = 1024;

    private readonly Lock _lock = new();
    private readonly List<NativeBuffer> _free = [];
    private bool _disposed;

    /// <summary>The bytes allocated from the system and not yet freed.</summary>
    public long AllocatedBytes { get; private set; }

    public NativeBuffer Rent(long count)
    {
        var wanted = (count + Granularity - 1) / Granularity * Granularity;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var best = -1;
            for (var i = 0; i < _free.Count; i++)
            {
                // A buffer of more than twice the size is kept for larger requests.
                var capacity = _free[i].Capacity;
                if (capacity >= wanted && capacity <= 2 * wanted && (best < 0 || capacity < _free[best].Capacity))
                    best = i;
            }

            if (best >= 0)
            {
                var found = _free[best];
                _free[best] = _free[^1];
                _free.RemoveAt(_free.Count - 1);
                found.Rented = true;
                return found;
            }

            AllocatedBytes += wanted * sizeof(float);
            return new NativeBuffer(this, wanted);
        }
    }

    public void Return(NativeBuffer buffer)
    {
        lock (_lock)
        {
            if (!buffer.Rented)
                return;
            buffer.Rented = false;
            if (_disposed)
                Free(buffer);
            else
                _free.Add(buffer);
        }
    }

    /// <summary>Frees the buffers that are not rented.</summary>
    public void Trim()
    {
        lock (_lock)
        {
            _free.ForEach(Free);
            _free.Clear();
        }
    }

    public void Dispose()
    {
        lock (_lock)
            _disposed = true;
        Trim();
    }

    private void Free(NativeBuffer buffer)
    {
        AllocatedBytes -= buffer.Capacity * sizeof(float);
        buffer.Free();
    }
}
