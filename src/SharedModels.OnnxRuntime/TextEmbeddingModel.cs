using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.Tokenizers;
using SharedModels.OnnxRuntime.Diagnostics;
using SharedModels.OnnxRuntime.Text;

namespace SharedModels.OnnxRuntime;

/// <summary>
/// A BERT-like model that computes vectors of texts, such as all-MiniLM-L6-v2, bge or arctic-embed: a tokenizer, a session and a pooling.
/// </summary>
/// <remarks>
/// Register it with <c>AddTextEmbeddingModel</c>, or derive from it and mark the class with <see cref="SharedModelAttribute"/>. The
/// computing members are thread-safe.
/// </remarks>
public class TextEmbeddingModel : OnnxModel, IBatchModel<string, float[]>
{
    // Runs of MiniLM with ONNX Runtime 1.31.1 on two x64 cores take 1.9 ms and 0.09 ms per token.
    private const int CpuRunCost = 20;

    private readonly TextEmbeddingOptions _options;
    private readonly ILogger _logger;
    private BertTokenizer? _tokenizer;

    /// <summary>Creates a model. Its files are read when the model is loaded.</summary>
    /// <param name="options">The options of the model.</param>
    /// <param name="logger">The logger for warnings, or <see langword="null"/> to disable logging.</param>
    public TextEmbeddingModel(TextEmbeddingOptions options, ILogger? logger = null)
        : base(options, logger) => (_options, _logger) = (options, logger ?? NullLogger.Instance);

    /// <inheritdoc/>
    /// <exception cref="FileNotFoundException">The vocabulary does not exist.</exception>
    public override async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        var vocabulary = _options.Vocabulary.Length > 0
            ? FindFile(_options.Vocabulary, nameof(_options.Vocabulary))
            : FindFile(Path.Combine(Path.GetDirectoryName(FilePath)!, "vocab.txt"), nameof(_options.Vocabulary));
        var options = new BertOptions
        {
            LowerCaseBeforeTokenization = !_options.IsCased,
            RemoveNonSpacingMarks = !_options.IsCased,
        };
        if (!_options.IsCased && !"\u00e9".Normalize(NormalizationForm.FormD).StartsWith('e'))
            Log.AccentsNotRemoved(_logger, FilePath);
        _tokenizer = await BertTokenizer.CreateAsync(vocabulary, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Computes the vectors of texts. On accelerators, the session runs as few times as <see cref="TextEmbeddingOptions.MaxRunTokens"/>
    /// allows. On the CPU, a further run for the shorter texts can take less time than their padding.
    /// </summary>
    /// <remarks>
    /// The time and the memory of a run depend on its longest text: shorter ones are padded. So texts of similar length run together.
    /// </remarks>
    /// <param name="inputs">The texts.</param>
    /// <param name="cancellationToken">A token to cancel the run.</param>
    /// <returns>A vector for each text, in the same order.</returns>
    /// <exception cref="InvalidOperationException">
    /// The model is not on a device, or its inputs and outputs are not those of a text embedding model.
    /// </exception>
    /// <exception cref="OperationCanceledException">The run was canceled.</exception>
    /// <exception cref="OnnxRuntimeException">The run failed.</exception>
    public IReadOnlyList<float[]> InvokeBatch(IReadOnlyList<string> inputs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var session = Session;
        var texts = inputs.Select(Encode).ToArray();
        var vectors = new float[texts.Length][];
        var lengths = Array.ConvertAll(texts, static text => text.Count);
        foreach (var run in TokenRuns.Divide(lengths, _options.MaxRunTokens, IsOnCpu ? CpuRunCost : int.MaxValue))
        {
            using var batch = TokenBatch.Create(Array.ConvertAll(run, index => texts[index]), _tokenizer!.PaddingTokenId);
            using var results = session.Run(batch.InputsOf(session), [session.OutputNames[0]], cancellationToken);
            foreach (var (index, vector) in run.Zip(batch.Pool(results[0], _options.Pooling, _options.Normalize)))
                vectors[index] = vector;
        }

        return vectors;
    }

    /// <summary>Counts the tokens that the model reads of a text.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The number of tokens, at most <see cref="TextEmbeddingOptions.MaxTokens"/>.</returns>
    /// <exception cref="InvalidOperationException">The model is not loaded.</exception>
    public int CountTokens(string text) => Encode(text).Count;

    private IReadOnlyList<int> Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var tokenizer = _tokenizer ?? throw new InvalidOperationException(
            $"The vocabulary of the model '{_options.Path}' is not loaded. Lease the model from the manager.");
        return tokenizer.EncodeToIds(text, _options.MaxTokens, addSpecialTokens: true, out _, out _);
    }
}
