namespace Search;

/// <summary>An image that was found.</summary>
/// <param name="Name">The name of the file in <c>images</c>, without the extension.</param>
/// <param name="Score">The cosine similarity to the wanted image, at most 1.</param>
internal sealed record ImageHit(string Name, float Score);
