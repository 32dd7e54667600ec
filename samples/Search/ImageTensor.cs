using SharedModels.Vision.Imaging;

namespace Search;

/// <summary>Prepares images for ResNet-18 of the package Microsoft.ML.DnnImageFeaturizer.ResNet18.</summary>
internal static class ImageTensor
{
    public const int Size = 224;

    // The package's ResNetPreprocess.onnx subtracts a mean image. These are its averages.
    private static readonly float[] Mean = [123.15f, 115.90f, 103.06f];

    /// <summary>
    /// Returns the blue, green and red plane of an image's largest square, 224 by 224 pixels each, minus the mean of ImageNet.
    /// </summary>
    /// <remarks>Each value is the mean of the pixels that it covers.</remarks>
    public static float[] Create(RgbImage image)
    {
        var side = Math.Min(image.Width, image.Height);
        var (left, top) = ((image.Width - side) / 2, (image.Height - side) / 2);
        var planes = new float[3 * Size * Size];
        Span<int> sums = stackalloc int[3];
        for (var y = 0; y < Size; y++)
        {
            var (fromY, toY) = Range(y, side);
            for (var x = 0; x < Size; x++)
            {
                var (fromX, toX) = Range(x, side);
                sums.Clear();
                for (var row = fromY; row < toY; row++)
                {
                    var pixels = image.Row(top + row)[(3 * (left + fromX))..(3 * (left + toX))];
                    for (var i = 0; i < pixels.Length; i++)
                        sums[i % 3] += pixels[i];
                }

                var count = (toY - fromY) * (toX - fromX);
                for (var color = 0; color < 3; color++)
                    planes[((((2 - color) * Size) + y) * Size) + x] = ((float)sums[color] / count) - Mean[color];
            }
        }

        return planes;
    }

    private static (int From, int To) Range(int index, int side)
    {
        var from = index * side / Size;
        return (from, Math.Max(from + 1, (index + 1) * side / Size));
    }
}
