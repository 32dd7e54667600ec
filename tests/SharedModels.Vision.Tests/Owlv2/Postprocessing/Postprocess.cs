using SharedModels.Vision.Postprocessing;

namespace SharedModels.Vision.Tests.Postprocessing;

/// <summary>Runs the post-processor on the logits of several prompts.</summary>
internal static class Postprocess
{
    public static List<Candidate> Run(
        ReadOnlySpan<float> logits, ReadOnlySpan<float> boxes, int prompts, float threshold, float nmsThreshold, float scale)
    {
        var best = new BestPrompts(logits.Length / prompts);
        best.Add(logits, prompts);
        return PostProcessor.Run(best.Logits, boxes, best.Prompts, threshold, nmsThreshold, scale);
    }
}
