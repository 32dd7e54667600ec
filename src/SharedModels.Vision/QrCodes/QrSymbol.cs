namespace SharedModels.Vision.QrCodes;

/// <summary>A code that was read, with its corners on the picture that was scanned.</summary>
internal sealed record QrSymbol(string Text, Quad Corners);
