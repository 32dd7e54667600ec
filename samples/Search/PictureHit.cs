namespace Search;

/// <summary>A picture that was found.</summary>
/// <param name="Name">The name of the file in <c>pictures</c>, without the extension.</param>
/// <param name="Score">The cosine similarity to the wanted picture, at most 1.</param>
internal sealed record PictureHit(string Name, float Score);
