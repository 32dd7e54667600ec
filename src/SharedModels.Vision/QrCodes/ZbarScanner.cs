using System.Runtime.InteropServices;

namespace SharedModels.Vision.QrCodes;

/// <summary>One scan of one picture by libzbar.</summary>
/// <remarks>
/// A scanner is made for each scan, which takes microseconds: one that is kept carries state from picture to picture. The configuration
/// TEST_INVERTED is never set, as libzbar then writes past its buffer; inverted codes are found by scanning the inverted picture.
/// </remarks>
internal static unsafe class ZbarScanner
{
    private const uint CornerCount = 4;

    public static List<QrSymbol> Scan(GreyImage image)
    {
        Zbar.Dependency.EnsureLoaded();
        var scanner = Zbar.ScannerCreate();
        var picture = Zbar.ImageCreate();
        try
        {
            if (scanner == 0 || picture == 0)
                throw new InvalidOperationException("libzbar could not make a scanner.");
            _ = Zbar.ScannerSetConfig(scanner, Zbar.AllSymbologies, Zbar.ConfigEnable, 0);
            _ = Zbar.ScannerSetConfig(scanner, Zbar.QrCode, Zbar.ConfigEnable, 1);
            // Bytes as the code holds them: libzbar's own guess of the encoding is often wrong.
            _ = Zbar.ScannerSetConfig(scanner, Zbar.QrCode, Zbar.ConfigBinary, 1);
            Zbar.ImageSetFormat(picture, new CULong(Zbar.FormatY800));
            Zbar.ImageSetSize(picture, (uint)image.Width, (uint)image.Height);
            // libzbar keeps the pointer until the image is destroyed, so that must happen while the pixels are pinned.
            fixed (byte* pixels = image.Pixels)
            {
                try
                {
                    Zbar.ImageSetData(picture, pixels, new CULong((nuint)image.Pixels.Length), 0);
                    return Zbar.ScanImage(scanner, picture) > 0 ? ReadSymbols(picture) : [];
                }
                finally
                {
                    Zbar.ImageDestroy(picture);
                    picture = 0;
                }
            }
        }
        finally
        {
            if (picture != 0)
                Zbar.ImageDestroy(picture);
            if (scanner != 0)
                Zbar.ScannerDestroy(scanner);
        }
    }

    private static List<QrSymbol> ReadSymbols(nint picture)
    {
        var symbols = new List<QrSymbol>();
        for (var symbol = Zbar.ImageFirstSymbol(picture); symbol != 0; symbol = Zbar.SymbolNext(symbol))
        {
            if (Zbar.SymbolGetType(symbol) != Zbar.QrCode || Zbar.SymbolGetLocSize(symbol) != CornerCount)
                continue;
            var bytes = new ReadOnlySpan<byte>(Zbar.SymbolGetData(symbol), (int)Zbar.SymbolGetDataLength(symbol));
            // libzbar's order is top left, bottom left, bottom right, top right.
            var corners = new Quad(Corner(symbol, 0), Corner(symbol, 3), Corner(symbol, 2), Corner(symbol, 1));
            symbols.Add(new QrSymbol(QrText.Decode(bytes), corners));
        }

        return symbols;
    }

    private static (double X, double Y) Corner(nint symbol, uint index) =>
        (Zbar.SymbolGetLocX(symbol, index), Zbar.SymbolGetLocY(symbol, index));
}
