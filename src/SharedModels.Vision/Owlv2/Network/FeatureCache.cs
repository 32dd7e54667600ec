using SharedModels.Compute;
using SharedModels.Vision.Imaging;

namespace SharedModels.Vision.Network;

/// <summary>
/// Keeps the features of the most recently embedded images for further prompts and examples. The images themselves are not kept alive.
/// Not safe for concurrent use by several threads.
/// </summary>
internal sealed class FeatureCache : IDisposable
{
    /// <summary>The number of batches that are kept: an image, and an example to find in it.</summary>
    public const int Capacity = 2;

    private readonly LinkedList<(WeakReference<RgbImage>[] Images, ITensor Features)> _byUse = [];

    /// <summary>Returns the features of a batch of images. The cache owns the features. They are valid until the next call.</summary>
    /// <param name="images">The images. A batch is found in the cache if it consists of the same objects in the same order.</param>
    /// <param name="embed">Computes the features if they are not cached.</param>
    public ITensor Get(ReadOnlySpan<RgbImage> images, Func<ITensor> embed)
    {
        for (var node = _byUse.First; node is not null; node = node.Next)
        {
            if (!IsOf(node.Value.Images, images))
                continue;
            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value.Features;
        }

        // Makes room first, so that the capacity is never exceeded.
        if (_byUse.Count == Capacity)
            RemoveLast();
        var references = new WeakReference<RgbImage>[images.Length];
        for (var i = 0; i < images.Length; i++)
            references[i] = new WeakReference<RgbImage>(images[i]);
        return _byUse.AddFirst((references, embed())).Value.Features;
    }

    /// <summary>Frees all features.</summary>
    public void Clear()
    {
        while (_byUse.Count > 0)
            RemoveLast();
    }

    public void Dispose() => Clear();

    private void RemoveLast()
    {
        var features = _byUse.Last!.Value.Features;
        _byUse.RemoveLast();
        features.Dispose();
    }

    private static bool IsOf(WeakReference<RgbImage>[] known, ReadOnlySpan<RgbImage> images)
    {
        if (known.Length != images.Length)
            return false;
        for (var i = 0; i < known.Length; i++)
        {
            if (!known[i].TryGetTarget(out var image) || !ReferenceEquals(image, images[i]))
                return false;
        }

        return true;
    }
}
