using System.Runtime.InteropServices;

namespace SharedModels.Leasing;

/// <summary>
/// Calls back after each garbage collection for as long as its target lives. Nothing refers to the object, so each collection finalizes it.
/// </summary>
internal sealed class CollectionNotice
{
    // A WeakReference would be cleared by the same collection that finalizes this object.
    private WeakGCHandle<Action> _callback;

    private CollectionNotice(WeakGCHandle<Action> callback) => _callback = callback;

#pragma warning disable MA0055 // The finalizer is intended: it runs after a garbage collection.
    ~CollectionNotice()
#pragma warning restore MA0055
    {
        if (Environment.HasShutdownStarted || !_callback.TryGetTarget(out var callback))
        {
            _callback.Dispose();
            return;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static callback => callback(), callback, preferLocal: false);

        // Create a new object, because this one is old now, and only the rarer full collections examine old objects.
        GC.KeepAlive(new CollectionNotice(_callback));
    }

    /// <summary>Starts the callbacks. The caller must keep the callback alive for as long as it wants to be called.</summary>
    public static void Subscribe(Action callback) => GC.KeepAlive(new CollectionNotice(new(callback)));
}
