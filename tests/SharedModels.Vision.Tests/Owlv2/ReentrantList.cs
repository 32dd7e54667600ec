using System.Collections;
using SharedModels.Vision.Imaging;

namespace SharedModels.Vision.Tests.Detection;

/// <summary>A list of one image that runs an action when the image is accessed, in the middle of a detection.</summary>
internal sealed class ReentrantList(Action whenTaken) : IReadOnlyList<RgbImage>
{
    private readonly RgbImage _image = new(4, 4, new byte[48]);

    public int Count => 1;

    public RgbImage this[int index]
    {
        get
        {
            whenTaken();
            return _image;
        }
    }

    public IEnumerator<RgbImage> GetEnumerator()
    {
        yield return _image;
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
