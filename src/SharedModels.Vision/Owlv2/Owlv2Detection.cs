namespace SharedModels.Vision;

/// <summary>An object that <see cref="Owlv2"/> found.</summary>
/// <param name="Label">The prompt that matches the object best.</param>
/// <param name="Score">The score, greater than 0 and at most 1.</param>
/// <param name="Box">The box in pixels of the image. It can extend slightly beyond the image.</param>
public sealed record Owlv2Detection(string Label, float Score, BoundingBox Box);
