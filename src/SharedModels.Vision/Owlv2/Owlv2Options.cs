using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using SharedModels.Compute.Checkpoints;
using SharedModels.Compute.Checkpoints.Hub;
using SharedModels.Vision.Preprocessing;
using SharedModels.Vision.Tokenization;

namespace SharedModels.Vision;

/// <summary>The settings of <see cref="Owlv2"/>, in the configuration section <c>SharedModels:Models:owlv2</c>.</summary>
/// <remarks>
/// If any of the settings is set, they are validated when the application starts. They are validated again when the model is loaded. Not
/// safe for use by several threads while they are changed.
/// </remarks>
public sealed class Owlv2Options : IValidatableObject
{
    // The image settings are in processor_config.json in transformers 5, but not in transformers 4. The file is read if it exists.
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
    /// A folder must have the Hugging Face layout: config.json, tokenizer_config.json, vocab.json and merges.txt (or tokenizer.json),
    /// preprocessor_config.json (or processor_config.json), and model.safetensors (or its parts with an index). A relative path is
    /// resolved against the working directory, and otherwise against the folder of the application.
    /// </para>
    /// <para>
    /// A repository id is <c>organization/name</c> or <c>organization/name@revision</c>, for example
    /// <c>google/owlv2-base-patch16-ensemble</c>. It is looked up in the cache that Hugging Face's tools share. Without a revision, the
    /// snapshot of the branch <c>main</c> is used if it is complete, and otherwise the newest complete snapshot. The hub is contacted
    /// only if there is no such snapshot and <see cref="AllowDownload"/> is <see langword="true"/>.
    /// </para>
    /// </remarks>
    /// <value>The default is empty. The checkpoint must be set before the model is loaded.</value>
    public string Checkpoint { get; set; } = "";

    /// <summary>
    /// Gets or sets a value that indicates whether a checkpoint that is not in the cache is downloaded when the model is loaded.
    /// </summary>
    /// <remarks>
    /// A download is part of the load and is subject to <c>SharedModels:Leasing:LoadTimeout</c> (5 minutes by default). The bytes
    /// received so far are kept, and the next load continues from there. Increase the limit if it is too short for the size and the
    /// connection: 620 MB take 5 minutes at 2 MB/s.
    /// </remarks>
    /// <value>The default is <see langword="false"/>.</value>
    public bool AllowDownload { get; set; }

    /// <summary>The http or https address of the hub.</summary>
    /// <value>
    /// The default is <see langword="null"/>: the environment variable <c>HF_ENDPOINT</c>, or <c>https://huggingface.co</c> if that is
    /// not set.
    /// </value>
    public string? HubEndpoint { get; set; }

    /// <summary>A token for repositories that are not public. It is sent only to the hub and never logged.</summary>
    /// <value>The default is <see langword="null"/>: the environment variable <c>HF_TOKEN</c>, or no token if that is not set.</value>
    public string? HubToken { get; set; }

    /// <summary>The folder of the cache, which does not have to exist.</summary>
    /// <value>
    /// The default is <see langword="null"/>: the environment variable <c>HF_HUB_CACHE</c>, or the folder <c>hub</c> in <c>HF_HOME</c>,
    /// in <c>huggingface</c> of <c>XDG_CACHE_HOME</c> or in <c>~/.cache/huggingface</c>.
    /// </value>
    public string? HubCacheFolder { get; set; }

    /// <summary>The brightness, from 0 to 1, of the padding on the right or at the bottom that makes an image square.</summary>
    /// <value>The default is 0.5, as in transformers before 5.0. From 5.0 on, transformers uses 0.</value>
    public float PadValue { get; set; } = 0.5f;

    /// <summary>The maximum number of processors that one call uses.</summary>
    /// <value>The default is 0: all processors that the process may use.</value>
    public int MaxDegreeOfParallelism { get; set; }

    /// <summary>
    /// The number of images in a list that the network processes together. A larger number takes more memory and is faster only on
    /// accelerators. Batches of <see cref="Owlv2Input"/> on an accelerator are processed together regardless of this setting.
    /// </summary>
    /// <value>The default is 1.</value>
    public int BatchSize { get; set; } = 1;

    /// <summary>The maximum number of prompts whose embeddings are kept for later images.</summary>
    /// <remarks>Prompts of more than 1000 characters are not kept.</remarks>
    /// <value>The default is 1024. With 0, no embeddings are kept.</value>
    public int PromptCacheSize { get; set; } = 1024;

    /// <summary>
    /// Gets or sets a value that indicates whether detections with prompts are filtered as in vision-agent-tools: boxes that extend
    /// beyond the image or cover more than 82 % of it are dropped, as are boxes around at least two others with the same label.
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

    /// <summary>Validates all settings except the checkpoint, which is validated when it is opened.</summary>
    /// <param name="prefix">The prefix of setting names in messages, including the final separator.</param>
    /// <exception cref="OptionsValidationException">A setting is invalid, or the checkpoint is not set.</exception>
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
            failures.Add($"{prefix}{nameof(HubEndpoint)} (or HF_ENDPOINT) is '{endpoint}'. Set it to an http or https address without a "
                + "user name or password.");
        if (!ToSettings().IsTokenValid)
            failures.Add(
                $"{prefix}{nameof(HubToken)} (or HF_TOKEN) contains spaces, line breaks or non-ASCII characters. Copy the token "
                + "exactly as the hub shows it.");
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
