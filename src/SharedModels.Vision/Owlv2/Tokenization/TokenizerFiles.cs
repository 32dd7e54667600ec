using System.Globalization;
using SharedModels.Compute.Checkpoints;

namespace SharedModels.Vision.Tokenization;

/// <summary>
/// The tokenizer settings in the files of a folder: vocab.json and merges.txt, or the tokenizer.json that transformers 5 writes instead,
/// with tokenizer_config.json and special_tokens_map.json.
/// </summary>
internal sealed class TokenizerFiles
{
    public const string ConfigFile = "tokenizer_config.json";
    public const string VocabularyFile = "vocab.json";
    public const string MergesFile = "merges.txt";
    public const string WholeFile = "tokenizer.json";
    public const string RolesFile = "special_tokens_map.json";

    private const string DefaultStart = "<|startoftext|>";
    private const string DefaultEnd = "<|endoftext|>";

    private readonly string _folder;
    private readonly string _vocabularyFile;
    private readonly CheckpointObject _config;
    private readonly CheckpointObject? _roles;

    /// <summary>Reads the files.</summary>
    /// <param name="folder">The checkpoint folder.</param>
    /// <param name="maxPositions">The number of ids that the model reads. It applies if the tokenizer has no limit.</param>
    public TokenizerFiles(string folder, int maxPositions)
    {
        _folder = folder;
        _config = CheckpointJson.Read(folder, ConfigFile);
        _roles = CheckpointJson.TryRead(folder, RolesFile);
        MaxLength = ReadMaxLength(maxPositions);
        var isDivided = File.Exists(Path.Combine(folder, VocabularyFile)) && File.Exists(Path.Combine(folder, MergesFile));
        if (!isDivided && CheckpointJson.TryRead(folder, WholeFile) is { } whole)
        {
            _vocabularyFile = WholeFile;
            var model = ReadModel(whole);
            Vocabulary = ReadVocabulary(model.Object("vocab"));
            Merges = Merges.FromJson(model["merges"], Vocabulary);
            Specials = ReadDecoder() ?? ReadAddedTokens(whole) ?? ReadRoles();
        }
        else
        {
            _vocabularyFile = VocabularyFile;
            Vocabulary = ReadVocabulary(CheckpointJson.Read(folder, VocabularyFile));
            Merges = Merges.FromText(Path.Combine(folder, MergesFile), Vocabulary);
            Specials = ReadDecoder() ?? ReadRoles();
        }
    }

    public int MaxLength { get; }

    public Dictionary<string, int> Vocabulary { get; }

    public Merges Merges { get; }

    /// <summary>
    /// The tokens that are cut out of a text before any other processing. A normalized token is found regardless of its case.
    /// </summary>
    public Dictionary<string, (int Id, bool IsNormalized)> Specials { get; }

    public int StartId => IdOf("bos_token", DefaultStart);

    public int EndId => IdOf("eos_token", DefaultEnd);

    public int UnknownId => IdOf("unk_token", Role("eos_token", DefaultEnd));

    private static string TextOf(CheckpointValue token)
    {
        if (token.IsText)
            return token.AsText();
        const string Expected = "text, or an object whose content is text";
        return token.Element.ValueKind == System.Text.Json.JsonValueKind.Object
            ? token.AsObject()["content"]?.AsText() ?? throw token.Wrong(Expected)
            : throw token.Wrong(Expected);
    }

    private static CheckpointObject ReadModel(CheckpointObject whole)
    {
        var model = whole.Object("model");
        if (model.Text("type", "BPE") != "BPE")
            throw model["type"]!.Value.Wrong("\"BPE\", as in every OWLv2 checkpoint");
        if (model["end_of_word_suffix"] is { } suffix && suffix.AsText() != "</w>")
            throw suffix.Wrong("\"</w>\", as in every OWLv2 checkpoint");
        return model;
    }

    private static Dictionary<string, int> ReadVocabulary(CheckpointObject json)
    {
        if (json.IsEmpty)
            throw new CheckpointException($"'{json.Path}' does not contain a vocabulary. Use the file as it was published.");
        var vocabulary = new Dictionary<string, int>();
        foreach (var (token, value) in json.All)
            vocabulary[token] = IdOf(token, value);

        return vocabulary;
    }

    private static int IdOf(string token, CheckpointValue value)
    {
        var id = value.AsInt();
        return id >= 0
            ? id
            : throw new CheckpointException(
                $"{Path.GetFileName(value.Path)} in '{Path.GetDirectoryName(value.Path)}' assigns the id {id} to the token '{token}'. "
                + "Ids must not be negative. Use the file as it was published.");
    }

    // Flags that strip spaces or ask for whole words are false in every OWLv2 checkpoint, and are not read.
    private static bool IsNormalized(CheckpointValue token) => !token.IsText && token.AsObject().Switch("normalized", false);

    private static Dictionary<string, (int Id, bool IsNormalized)>? ReadAddedTokens(CheckpointObject whole)
    {
        if (whole["added_tokens"] is not { } added)
            return null;
        var specials = new Dictionary<string, (int Id, bool IsNormalized)>();
        foreach (var token in added.AsList())
        {
            var id = token.AsObject()["id"] ?? throw token.Wrong("an object with the keys id and content");
            var text = TextOf(token);
            specials[text] = (IdOf(text, id), IsNormalized(token));
        }

        return specials;
    }

    private int ReadMaxLength(int maxPositions)
    {
        // transformers writes 1e30 if a tokenizer has no limit.
        if (_config["model_max_length"] is not { } value || value.AsNumber() > int.MaxValue)
            return maxPositions;
        return value.AsInt() is >= 2 and var length
            ? length
            : throw value.Wrong("at least 2, to include the start and end tokens");
    }

    private Dictionary<string, (int Id, bool IsNormalized)>? ReadDecoder()
    {
        if (_config["added_tokens_decoder"]?.AsObject() is not { } decoder)
            return null;
        var specials = new Dictionary<string, (int Id, bool IsNormalized)>();
        foreach (var (id, token) in decoder.All)
        {
            if (!int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                throw new CheckpointException(
                    $"added_tokens_decoder of {ConfigFile} in '{_folder}' has the key '{id}', which is not an id. "
                    + "Use the file as it was published.");
            specials[TextOf(token)] = (number, IsNormalized(token));
        }

        return specials;
    }

    /// <summary>Returns the roles, which are the only special tokens in folders from before added_tokens_decoder.</summary>
    private Dictionary<string, (int Id, bool IsNormalized)> ReadRoles()
    {
        var specials = new Dictionary<string, (int Id, bool IsNormalized)>();
        string[] tokens = [Role("bos_token", DefaultStart), Role("eos_token", DefaultEnd), Role("pad_token", DefaultEnd)];
        foreach (var token in tokens)
            specials[token] = Vocabulary.TryGetValue(token, out var id) ? (id, false) : throw Lacks(token);
        return specials;
    }

    private string Role(string key, string fallback) => (_config[key] ?? _roles?[key]) is { } token ? TextOf(token) : fallback;

    private int IdOf(string key, string fallback)
    {
        var token = Role(key, fallback);
        return Specials.TryGetValue(token, out var special)
            ? special.Id
            : Vocabulary.TryGetValue(token, out var id) ? id : throw Lacks(token);
    }

    private CheckpointException Lacks(string token) => new(
        $"{_vocabularyFile} in '{_folder}' does not contain the token '{token}' of {ConfigFile}. Use the files of the same checkpoint.");
}
