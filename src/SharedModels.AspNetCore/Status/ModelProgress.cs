namespace SharedModels.AspNetCore.Status;

/// <summary>How far a load has come, in bytes.</summary>
/// <param name="Done">The bytes that have been loaded or downloaded.</param>
/// <param name="Total">The bytes in all, or 0 if their number is not known.</param>
internal sealed record ModelProgress(long Done, long Total);
