namespace SharedModels.Vision;

/// <summary>An object that <see cref="Owlv2"/> found.</summary>
/// <param name="Label">The prompt that fits the object best.</param>
/// <param name="Score">How well it fits, above 0 and at most 1.</param>
/// <param name="Box">Where it is, in pixels of the picture; it may stick out of the picture a little.</param>
public sealed record Owlv2Detection(string Label, float Score, BoundingBox Box);
