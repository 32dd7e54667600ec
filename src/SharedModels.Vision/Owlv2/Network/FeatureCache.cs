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

    private Entry? _latest;
    private Entry? _other;

    /// <summary>Returns the features of a batch of images. The cache owns the features. They are valid until the next call.</summary>
    /// <param name="images">The images. A batch is found in the cache if it consists of the same objects in the same order.</param>
    /// <param name="embed">Computes the features if they are not cached.</param>
    public ITensor Get(ReadOnlySpan<RgbImage> images, Func<ITensor> embed)
    {
        if (!IsOf(_latest, images))
        {
            (_latest, _other) = (_other, _latest);
            if (!IsOf(_latest, images))
            {
                // Makes room first, so that the capacity is never exceeded.
                _latest?.Features.Dispose();
                _latest = null;
                var references = new WeakReference<RgbImage>[images.Length];
                for (var i = 0; i < images.Length; i++)
                    references[i] = new WeakReference<RgbImage>(images[i]);
                _latest = new(references, embed());
            }
        }

        return _latest!.Features;
    }

    /// <summary>Frees all features.</summary>
    public void Clear()
    {
        _latest?.Features.Dispose();
        _other?.Features.Dispose();
        _latest = _other = null;
    }

    public void Dispose() => Clear();

    private static bool IsOf(Entry? entry, ReadOnlySpan<RgbImage> images)
    {
        if (entry?.Images.Length != images.Length)
            return false;
        for (var i = 0; i < images.Length; i++)
        {
            if (!entry.Images[i].TryGetTarget(out var image) || !ReferenceEquals(image, images[i]))
                return false;
        }

        return true;
    }

    private sealed record Entry(WeakReference<RgbImage>[] Images, ITensor Features);
}
