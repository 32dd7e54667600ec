using SharedModels.Vision.QrCodes.Filtering;

namespace SharedModels.Vision.QrCodes.Decoding;

/// <summary>The modules of a code: 1 for a black pixel of the image, 0 for any other.</summary>
internal readonly struct CodeModules(GrayImage image, bool isMirrored)
{
    public int Size => image.Width;

    public int Version => (Size - 17) / 4;

    public bool HasSizeOfCode => image.Height == Size && Size is >= 21 and <= 177 && Size % 4 == 1;

    public int this[int column, int row] => image.Pixels[isMirrored ? column * Size + row : row * Size + column] == 0 ? 1 : 0;
}
