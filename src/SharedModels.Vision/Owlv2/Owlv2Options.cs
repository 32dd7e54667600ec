using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using SharedModels.Compute.Checkpoints;
using SharedModels.Compute.Checkpoints.Hub;
using SharedModels.Vision.Preprocessing;
using SharedModels.Vision.Tokenization;

namespace SharedModels.Vision;

/// <summary>The settings of <see cref="Owlv2"/>: the configuration section <c>SharedModels:Models:owlv2</c>.</summary>
/// <remarks>
/// They are checked when the application starts if any of them is set, and again when the model is loaded. Not safe for use by several
/// threads while they are changed.
/// </remarks>
public sealed class Owlv2Options : IValidatableObject
{
    // processor_config.json of transformers 4 says nothing about images, but of transformers 5 all, so it is read wherever it is.
    private static readonly CheckpointLayout Layout = new(
        [
            [["config.json"]],
            [[TokenizerFiles.ConfigFile]],
            [[TokenizerFiles.VocabularyFile, TokenizerFiles.MergesFile], [TokenizerFiles.WholeFile]],
            [[PreprocessorConfig.OwnFile], [PreprocessorConfig.CommonFile]],
        ],
        [PreprocessorConfig.CommonFile, TokenizerFiles.RolesFile]);

    /// <summary>The checkpoint: a folder, or a repository id of the Hugging Face hub.</summary>
    /// <remarks>
    /// <para>
    /// A folder is in the layout of Hugging Face: config.json, tokenizer_config.json, vocab.json and merges.txt (or tokenizer.json),
    /// preprocessor_config.json (or processor_config.json), and model.safetensors (or its parts with an index). A relative path counts from
    /// the working directory, or else from the program.
    /// </para>
    /// <para>
    /// A repository id is <c>organisation/name</c> or <c>organisation/name@revision</c>, for example
    /// <c>google/owlv2-base-patch16-ensemble</c>. It is looked up in the cache that Hugging Face's tools share. Without a revision, the
    /// snapshot is that of the branch <c>main</c> if it is complete, or else the newest complete one. The hub is asked only if there is
    /// none, and only if <see cref="AllowDownload"/> is on.
    /// </para>
    /// </remarks>
    /// <value>Empty by default; it must be set before the model is loaded.</value>
    public string Checkpoint { get; set; } = "";

    /// <summary><see langword="true"/> to download a checkpoint that is not in the cache when the model is loaded.</summary>
    /// <remarks>
    /// A download counts as part of the load and ends with it after <c>SharedModels:Leasing:LoadTimeout</c> (5 minutes by default). What
    /// has arrived is kept, and the next load goes on from there. Raise the limit if that is too short for the size and the line: 620 MB
    /// take 5 minutes at 2 MB/s.
    /// </remarks>
    /// <value>The default is <see langword="false"/>.</value>
    public bool AllowDownload { get; set; }

    /// <summary>The address of the hub, of http or https.</summary>
    /// <value>
    /// <see langword="null"/> (the default) for the environment variable <c>HF_ENDPOINT</c>, or else <c>https://huggingface.co</c>.
    /// </value>
    public string? HubEndpoint { get; set; }

    /// <summary>A token for repositories that are not open to everybody. It is sent to the hub only, and never logged.</summary>
    /// <value><see langword="null"/> (the default) for the environment variable <c>HF_TOKEN</c>, or else none.</value>
    public string? HubToken { get; set; }

    /// <summary>The folder of the cache, which need not exist.</summary>
    /// <value>
    /// <see langword="null"/> (the default) for <c>HF_HUB_CACHE</c>, or else <c>hub</c> in <c>HF_HOME</c>, in <c>huggingface</c> of
    /// <c>XDG_CACHE_HOME</c> or in <c>~/.cache/huggingface</c>.
    /// </value>
    public string? HubCacheFolder { get; set; }

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

    /// <inheritdoc/>
    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        ArgumentNullException.ThrowIfNull(validationContext);
        var prefix = $"{validationContext.DisplayName}:";
        var failures = Failures(prefix);
        if (ToRequest().Check(prefix) is { } problem)
            failures.Add(problem);
        return failures.Select(static failure => new ValidationResult(failure));
    }

    /// <summary>Checks all but the checkpoint, which is checked when it is opened.</summary>
    /// <param name="prefix">What stands before the names of settings, with its last separator.</param>
    /// <exception cref="OptionsValidationException">A setting is wrong, or the checkpoint is not set.</exception>
    internal void Validate(string prefix)
    {
        var failures = Failures(prefix);
        if (string.IsNullOrWhiteSpace(Checkpoint) && ToRequest().Check(prefix) is { } problem)
            failures.Insert(0, problem);
        if (failures.Count > 0)
            throw new OptionsValidationException(Options.DefaultName, typeof(Owlv2Options), failures);
    }

    internal CheckpointRequest ToRequest() => new(Checkpoint, AllowDownload, ToSettings(), Layout);

    private HubSettings ToSettings() => new(HubEndpoint, HubToken, HubCacheFolder);

    private List<string> Failures(string prefix)
    {
        var failures = new List<string>();
        if (ToSettings() is { EndpointUri: null, ShownEndpoint: var endpoint })
            failures.Add($"{prefix}{nameof(HubEndpoint)} (or HF_ENDPOINT) is '{endpoint}'. Set it to an address of http or https.");
        if (!ToSettings().IsTokenValid)
            failures.Add(
                $"{prefix}{nameof(HubToken)} (or HF_TOKEN) holds blanks, line breaks or characters that are not ASCII. Set it to the token "
                + "as the hub shows it.");
        if (!(PadValue >= 0 && PadValue <= 1))
            failures.Add($"{prefix}{nameof(PadValue)} is {PadValue}. Set it to a number from 0 to 1.");
        if (MaxDegreeOfParallelism < 0)
            failures.Add(
                $"{prefix}{nameof(MaxDegreeOfParallelism)} is {MaxDegreeOfParallelism}. Set it to a number of cores, or to 0 for all.");
        if (BatchSize < 1)
            failures.Add($"{prefix}{nameof(BatchSize)} is {BatchSize}. Set it to at least 1.");
        if (PromptCacheSize < 0)
            failures.Add($"{prefix}{nameof(PromptCacheSize)} is {PromptCacheSize}. Set it to at least 0.");
        return failures;
    }
}
