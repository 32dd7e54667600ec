namespace SharedModels.Vision.OpenVocabulary.Detections;

/// <summary>What one patch sees.</summary>
internal readonly record struct Candidate(int Patch, int Prompt, float Score, BoundingBox Box);
