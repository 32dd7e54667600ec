namespace SharedModels;

/// <summary>How far the load of a model has come.</summary>
/// <remarks>Immutable, so safe for use by many threads.</remarks>
/// <param name="DoneBytes">The bytes that have been loaded or downloaded.</param>
/// <param name="TotalBytes">The bytes that there are in all, or 0 if their number is not known.</param>
public sealed record ModelLoadProgress(long DoneBytes, long TotalBytes);
