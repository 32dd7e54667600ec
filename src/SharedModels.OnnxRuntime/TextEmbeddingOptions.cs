using System.ComponentModel.DataAnnotations;

namespace SharedModels.OnnxRuntime;

/// <summary>
/// The options of a text embedding model. The configuration section <c>SharedModels:Models:&lt;id&gt;</c> can set them for models of
/// <c>AddTextEmbeddingModel</c>.
/// </summary>
/// <remarks>Not safe for use by several threads while they are changed.</remarks>
public class TextEmbeddingOptions : OnnxModelOptions
{
    /// <summary>The vocabulary of BERT's tokenizer (<c>vocab.txt</c>), with one token per line.</summary>
    /// <remarks>A relative path is resolved as the <see cref="OnnxModelOptions.Path"/> is.</remarks>
    /// <value>The default is empty: the file <c>vocab.txt</c> in the folder of the model.</value>
    public string Vocabulary { get; set; } = "";

    /// <summary>The maximum number of tokens of a text, including the two that mark its ends. Longer texts are cut.</summary>
    /// <value>The default is 256. Most models of this kind support 512 at most.</value>
    public int MaxTokens { get; set; } = 256;

    /// <summary>
    /// The maximum number of tokens that one run computes, with the padding of shorter texts. It bounds the memory of a call with many
    /// texts, which are computed in several runs if necessary. A longer text is a run of its own.
    /// </summary>
    /// <value>The default is 8,192: 32 texts of 256 tokens.</value>
    public int MaxRunTokens { get; set; } = 8_192;

    /// <summary>The way in which the vectors of the tokens become the vector of the text. The model's documentation says which.</summary>
    /// <value>The default is <see cref="TextPooling.Mean"/>.</value>
    public TextPooling Pooling { get; set; }

    /// <summary>Gets or sets a value that indicates whether vectors are scaled to a length of 1.</summary>
    /// <value>The default is <see langword="true"/>.</value>
    public bool Normalize { get; set; } = true;

    /// <summary>
    /// Gets or sets a value that indicates whether the vocabulary distinguishes capital letters and accents. If not, texts are converted
    /// to lower case and accents are removed.
    /// </summary>
    /// <value>The default is <see langword="false"/>, as for models with <c>uncased</c> in their name.</value>
    public bool IsCased { get; set; }

    /// <inheritdoc/>
    public override IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var result in base.Validate(validationContext))
            yield return result;
        if (MaxTokens < 3)
            yield return new(
                $"{validationContext.DisplayName}:{nameof(MaxTokens)} is {MaxTokens}. The value must be at least 3, because two tokens "
                + "mark the ends of a text.");
        if (MaxRunTokens < 1)
            yield return new(
                $"{validationContext.DisplayName}:{nameof(MaxRunTokens)} is {MaxRunTokens}. The value must be at least 1.");
    }
}
