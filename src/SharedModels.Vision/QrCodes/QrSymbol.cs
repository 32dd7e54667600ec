using SharedModels.Vision.QrCodes.Decoding;
using SharedModels.Vision.QrCodes.Geometry;

namespace SharedModels.Vision.QrCodes;

/// <summary>A code that was read, with its corners in pixels of the whole image.</summary>
internal sealed record QrSymbol(QrContent Content, Quad Corners);
