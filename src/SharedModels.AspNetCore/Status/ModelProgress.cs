namespace SharedModels.AspNetCore.Status;

/// <summary>The progress of a load, in bytes.</summary>
/// <param name="Done">The bytes that have been loaded or downloaded.</param>
/// <param name="Total">The total number of bytes, or 0 if it is not known.</param>
internal sealed record ModelProgress(long Done, long Total);
