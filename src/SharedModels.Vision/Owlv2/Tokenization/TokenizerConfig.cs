using System.Text.Json;

namespace SharedModels.Vision.Tokenization;

/// <summary>tokenizer_config.json; a token is text or an object with the text as its <c>content</c>.</summary>
internal sealed class TokenizerConfig
{
    public int ModelMaxLength { get; set; } = 16;

    public JsonElement BosToken { get; set; }

    public JsonElement EosToken { get; set; }

    public JsonElement UnkToken { get; set; }

    public JsonElement PadToken { get; set; }

    public Dictionary<string, JsonElement>? AddedTokensDecoder { get; set; }

    public static string TextOf(JsonElement token, string fallback) => token.ValueKind switch
    {
        JsonValueKind.String => token.GetString()!,
        JsonValueKind.Object when token.TryGetProperty("content", out var content)
            && content.ValueKind == JsonValueKind.String => content.GetString()!,
        _ => fallback,
    };
}
