namespace SharedModels.Vision.QrCodes.Locating;

/// <summary>A point whose position in the code is known, and its position in the image.</summary>
/// <param name="Code">The position in the code, which is a square with sides of 1.</param>
/// <param name="Seen">The position in the image, in the scaled coordinates of a <see cref="CodeLocation"/>.</param>
internal readonly record struct AnchorPoint((double X, double Y) Code, (double X, double Y) Seen);
