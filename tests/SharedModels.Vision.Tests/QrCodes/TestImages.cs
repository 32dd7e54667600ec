using System.Numerics.Tensors;
using SharedModels.Vision.QrCodes.Filtering;

namespace SharedModels.Vision.Tests.QrCodes;

/// <summary>Creates images from others.</summary>
internal static class TestImages
{
    extension(BinaryImage)
    {
        public static BinaryImage From(GrayImage image, int radius) => BinaryImage.Both(image, radius).Plain;
    }

    public static GrayImage Invert(this GrayImage image)
    {
        var inverted = new byte[image.Pixels.Length];
        TensorPrimitives.OnesComplement(image.Pixels, inverted);
        return new GrayImage(image.Width, image.Height, inverted);
    }
}
