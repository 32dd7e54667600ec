namespace SharedModels.Vision.Tests.QrCodes;

/// <summary>A code of a <see cref="QrFixture"/>.</summary>
internal sealed record QrFixtureCode(string Text, double[][]? Corners, double ModulePx, bool Hard);
