using SharedModels.Compute;
using SharedModels.Vision.Imaging;

namespace SharedModels.Vision.Network;

/// <summary>
/// The features of the images that were embedded last, for further prompts and examples. The images themselves are not kept alive. Not safe
/// for use by several threads at once.
/// </summary>
internal sealed class FeatureCache : IDisposable
{
    /// <summary>The number of batches that are kept: an image and an example to find in it.</summary>
    public const int Capacity = 2;

    private readonly LinkedList<(WeakReference<RgbImage>[] Images, ITensor Features)> _byUse = [];

    /// <summary>Returns the features of a batch of images. The cache owns them; they are valid until the next call.</summary>
    /// <param name="images">The images. They are the same ones as before if they are the same objects, in the same order.</param>
    /// <param name="embed">Computes the features if they are not known.</param>
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

        // Room first, so that no more than the capacity exists at any time.
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
