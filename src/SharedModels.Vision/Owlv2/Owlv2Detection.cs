namespace SharedModels.Vision;

/// <summary>An object that <see cref="Owlv2"/> found.</summary>
/// <param name="Label">The prompt that fits the object best.</param>
/// <param name="Score">The score, above 0 and at most 1.</param>
/// <param name="Box">The box in pixels of the image. It may stick out of the image a little.</param>
public sealed record Owlv2Detection(string Label, float Score, BoundingBox Box);
