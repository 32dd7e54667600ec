namespace SharedModels.Vision.Postprocessing;

/// <summary>What one patch sees.</summary>
internal readonly record struct Candidate(int Patch, int Prompt, float Score, BoundingBox Box);
