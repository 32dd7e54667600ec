namespace Search;

/// <summary>A text that was found.</summary>
/// <param name="Title">The title.</param>
/// <param name="Body">The text.</param>
/// <param name="Score">The cosine similarity to the query, at most 1.</param>
internal sealed record SearchHit(string Title, string Body, float Score);
