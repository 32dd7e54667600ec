namespace SharedModels.Vision.Postprocessing;

/// <summary>An object that may be in a patch.</summary>
internal readonly record struct Candidate(int Patch, int Prompt, float Score, BoundingBox Box);
