using System.Text.Json;
using SharedModels.Vision.Network;
using SharedModels.Vision.Postprocessing;

namespace SharedModels.Vision.Tests.Network;

/// <summary>Compares candidates with the detections of an expected.json, which are in the order of the patches.</summary>
internal static class ExpectedDetections
{
    public static void Check(
        JsonElement expected, IReadOnlyList<Candidate> actual, float scoreTolerance = 1e-5f, float boxTolerance = 1e-3f)
    {
        Assert.Equal(expected.GetArrayLength(), actual.Count);
        foreach (var (detection, candidate) in expected.EnumerateArray().Zip(actual))
        {
            Assert.Equal(detection.GetProperty("score").GetSingle(), candidate.Score, scoreTolerance);
            if (detection.GetProperty("label").ValueKind == JsonValueKind.Number)
                Assert.Equal(detection.GetProperty("label").GetInt32(), candidate.Prompt);
            CheckBox(detection.GetProperty("box"), candidate.Box, boxTolerance);
        }
    }

    public static void CheckBox(JsonElement expected, BoundingBox actual, float tolerance)
    {
        float[] sides = [actual.XMin, actual.YMin, actual.XMax, actual.YMax];
        for (var side = 0; side < 4; side++)
            Assert.Equal(expected[side].GetSingle(), sides[side], tolerance);
    }
}
