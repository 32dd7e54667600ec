namespace SharedModels.Vision.Postprocessing;

/// <summary>The best prompt of each patch. The logits of many prompts arrive in slices, so that they are not all in memory.</summary>
internal sealed class BestPrompts(int patches)
{
    private int _count;

    /// <summary>The highest logit of each patch.</summary>
    public float[] Logits { get; } = new float[patches];

    /// <summary>The prompt to which the highest logit of each patch belongs. The first of equally good prompts wins.</summary>
    public int[] Prompts { get; } = new int[patches];

    /// <summary>Adds the logits of the next prompts, [patches, prompts].</summary>
    public void Add(ReadOnlySpan<float> logits, int prompts)
    {
        for (var patch = 0; patch < Logits.Length; patch++)
        {
            var row = logits.Slice(patch * prompts, prompts);
            for (var prompt = 0; prompt < prompts; prompt++)
            {
                if (_count + prompt == 0 || row[prompt] > Logits[patch])
                    (Logits[patch], Prompts[patch]) = (row[prompt], _count + prompt);
            }
        }

        _count += prompts;
    }
}
