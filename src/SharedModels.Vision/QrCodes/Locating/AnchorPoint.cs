namespace SharedModels.Vision.QrCodes.Locating;

/// <summary>A point whose place in the code is known, and where the camera saw it.</summary>
/// <param name="Code">The place in the code, a square with sides of 1.</param>
/// <param name="Seen">The place on the image, in the scaled coordinates of a <see cref="CodeLocation"/>.</param>
internal readonly record struct AnchorPoint((double X, double Y) Code, (double X, double Y) Seen);
