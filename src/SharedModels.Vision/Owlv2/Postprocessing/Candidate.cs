namespace SharedModels.Vision.Postprocessing;

/// <summary>An object that one patch may see.</summary>
internal readonly record struct Candidate(int Patch, int Prompt, float Score, BoundingBox Box);
