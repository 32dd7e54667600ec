using Microsoft.Extensions.Options;

namespace SharedModels.Vision;

/// <summary>The settings of <see cref="Owlv2"/>.</summary>
public sealed class Owlv2Options
{
    /// <summary>
    /// The checkpoint's folder, in the layout of Hugging Face: config.json, model.safetensors (or its parts with an index), vocab.json,
    /// merges.txt, tokenizer_config.json and preprocessor_config.json.
    /// </summary>
    /// <value>Empty by default; it must be set.</value>
    public string Checkpoint { get; set; } = "";

    /// <summary>The brightness, from 0 to 1, that an image is padded with at the right or at the bottom until it is square.</summary>
    /// <value>The default is 0.5, as in transformers before 5.0; from 5.0 on it is 0.</value>
    public float PadValue { get; set; } = 0.5f;

    /// <summary>The maximum number of processors that one call uses.</summary>
    /// <value>0 (the default) for all that the process may use.</value>
    public int MaxDegreeOfParallelism { get; set; }

    /// <summary>
    /// The number of images of a list that go through the network together. A larger number takes more memory, and is faster on
    /// accelerators only.
    /// </summary>
    /// <value>The default is 1.</value>
    public int BatchSize { get; set; } = 1;

    /// <summary>The maximum number of prompts whose embeddings are kept for later images.</summary>
    /// <value>The default is 1024; 0 keeps none.</value>
    public int PromptCacheSize { get; set; } = 1024;

    /// <summary>
    /// <see langword="true"/> to clean up detections with prompts as vision-agent-tools does: boxes that stick out of the image or cover
    /// more than 82 % of it are dropped, as are boxes around at least two others of their label.
    /// </summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool FilterDetections { get; set; }

    internal void Validate()
    {
        var failures = new List<string>();
        if (string.IsNullOrWhiteSpace(Checkpoint))
            failures.Add($"{nameof(Owlv2Options)}.{nameof(Checkpoint)} is not set. Set it to the folder of an OWLv2 checkpoint.");
        if (!(PadValue >= 0 && PadValue <= 1))
            failures.Add($"{nameof(Owlv2Options)}.{nameof(PadValue)} is {PadValue}. Set it to a number from 0 to 1.");
        if (MaxDegreeOfParallelism < 0)
            failures.Add(
                $"{nameof(Owlv2Options)}.{nameof(MaxDegreeOfParallelism)} is {MaxDegreeOfParallelism}. Set it to a number of cores, "
                + "or to 0 for all.");
        if (BatchSize < 1)
            failures.Add($"{nameof(Owlv2Options)}.{nameof(BatchSize)} is {BatchSize}. Set it to at least 1.");
        if (PromptCacheSize < 0)
            failures.Add($"{nameof(Owlv2Options)}.{nameof(PromptCacheSize)} is {PromptCacheSize}. Set it to at least 0.");
        if (failures.Count > 0)
            throw new OptionsValidationException(Options.DefaultName, typeof(Owlv2Options), failures);
    }
}
