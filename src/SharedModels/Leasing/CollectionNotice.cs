using System.Runtime.InteropServices;

namespace SharedModels.Leasing;

/// <summary>
/// Calls back after each garbage collection for as long as its target lives: nobody refers to it, so that each one finalizes it.
/// </summary>
internal sealed class CollectionNotice
{
    // A WeakReference would be emptied by the very collection that finds nobody referring to this object.
    private WeakGCHandle<Action> _callback;

    private CollectionNotice(WeakGCHandle<Action> callback) => _callback = callback;

#pragma warning disable MA0055 // The finalizer is what is wanted: it runs when the collector has run.
    ~CollectionNotice()
#pragma warning restore MA0055
    {
        if (Environment.HasShutdownStarted || !_callback.TryGetTarget(out var callback))
        {
            _callback.Dispose();
            return;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static callback => callback(), callback, preferLocal: false);

        // A new object, as this one is old now and would be looked at only by the rarer full collections.
        GC.KeepAlive(new CollectionNotice(_callback));
    }

    /// <summary>Begins; the caller keeps the callback alive for as long as it wants to be called.</summary>
    public static void Subscribe(Action callback) => GC.KeepAlive(new CollectionNotice(new(callback)));
}
