namespace SharedModels;

/// <summary>The progress of loading a model.</summary>
/// <remarks>Instances are immutable and thread-safe.</remarks>
/// <param name="DoneBytes">The number of bytes that have been loaded or downloaded.</param>
/// <param name="TotalBytes">The total number of bytes, or 0 if it is not known.</param>
public sealed record ModelLoadProgress(long DoneBytes, long TotalBytes);
