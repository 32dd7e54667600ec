using SharedModels.Vision.QrCodes.Filtering;

namespace SharedModels.Vision.QrCodes.Decoding;

/// <summary>Reads the content of a code from its modules.</summary>
internal static class CodeDecoder
{
    /// <summary>Reads a code.</summary>
    /// <param name="modules">An image with a pixel for each module, black or white.</param>
    /// <param name="isMirrored">True if the code is mirrored: rows and columns are swapped.</param>
    /// <returns>The content, or <see langword="null"/> if the modules are not a code or have too many errors.</returns>
    public static QrContent? Read(GrayImage modules, out bool isMirrored)
    {
        isMirrored = false;
        if (Read(new CodeModules(modules, isMirrored: false)) is { } content)
            return content;
        content = Read(new CodeModules(modules, isMirrored: true));
        isMirrored = content is not null;
        return content;
    }

    private static QrContent? Read(CodeModules modules) =>
        CodewordReader.Read(modules) is { } data ? QrContent.Read(data, modules.Version) : null;
}
