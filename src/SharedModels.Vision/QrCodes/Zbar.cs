using System.Runtime.InteropServices;

namespace SharedModels.Vision.QrCodes;

/// <summary>The functions of libzbar 0.23 that scan (zbar.h).</summary>
internal static unsafe partial class Zbar
{
    public const int AllSymbologies = 0;
    public const int QrCode = 64;
    public const int ConfigEnable = 0;
    public const int ConfigBinary = 4;
    public const uint FormatY800 = 0x30303859;

    private const string Library = "libzbar.so.0";

    public static readonly NativeDependency Dependency = new(
        Library,
        "Reading QR codes",
        "Install the package libzbar0: apt-get install --no-install-recommends libzbar0");

    [LibraryImport(Library, EntryPoint = "zbar_image_scanner_create")]
    public static partial nint ScannerCreate();

    [LibraryImport(Library, EntryPoint = "zbar_image_scanner_set_config")]
    public static partial int ScannerSetConfig(nint scanner, int symbology, int config, int value);

    [LibraryImport(Library, EntryPoint = "zbar_image_scanner_destroy")]
    public static partial void ScannerDestroy(nint scanner);

    [LibraryImport(Library, EntryPoint = "zbar_image_create")]
    public static partial nint ImageCreate();

    [LibraryImport(Library, EntryPoint = "zbar_image_set_format")]
    public static partial void ImageSetFormat(nint image, CULong format);

    [LibraryImport(Library, EntryPoint = "zbar_image_set_size")]
    public static partial void ImageSetSize(nint image, uint width, uint height);

    [LibraryImport(Library, EntryPoint = "zbar_image_set_data")]
    public static partial void ImageSetData(nint image, byte* data, CULong length, nint cleanup);

    [LibraryImport(Library, EntryPoint = "zbar_image_destroy")]
    public static partial void ImageDestroy(nint image);

    [LibraryImport(Library, EntryPoint = "zbar_scan_image")]
    public static partial int ScanImage(nint scanner, nint image);

    [LibraryImport(Library, EntryPoint = "zbar_image_first_symbol")]
    public static partial nint ImageFirstSymbol(nint image);

    [LibraryImport(Library, EntryPoint = "zbar_symbol_next")]
    public static partial nint SymbolNext(nint symbol);

    [LibraryImport(Library, EntryPoint = "zbar_symbol_get_type")]
    public static partial int SymbolGetType(nint symbol);

    [LibraryImport(Library, EntryPoint = "zbar_symbol_get_data")]
    public static partial byte* SymbolGetData(nint symbol);

    [LibraryImport(Library, EntryPoint = "zbar_symbol_get_data_length")]
    public static partial uint SymbolGetDataLength(nint symbol);

    [LibraryImport(Library, EntryPoint = "zbar_symbol_get_loc_size")]
    public static partial uint SymbolGetLocSize(nint symbol);

    [LibraryImport(Library, EntryPoint = "zbar_symbol_get_loc_x")]
    public static partial int SymbolGetLocX(nint symbol, uint index);

    [LibraryImport(Library, EntryPoint = "zbar_symbol_get_loc_y")]
    public static partial int SymbolGetLocY(nint symbol, uint index);
}
