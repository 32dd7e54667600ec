using System.Globalization;
using System.Text.Json;

namespace SharedModels.Compute.Checkpoints;

/// <summary>A value in a JSON file. If it does not have the expected type, the error message states where it is.</summary>
/// <param name="Path">The file.</param>
/// <param name="Name">The keys that lead to the value, separated by dots. Empty for the whole file.</param>
/// <param name="Element">The value.</param>
internal readonly record struct CheckpointValue(string Path, string Name, JsonElement Element)
{
    private const int LongestQuote = 80;

    public static JsonElement EmptyObject { get; } = JsonDocument.Parse("{}").RootElement;

    public bool IsText => Element.ValueKind == JsonValueKind.String;

    public bool IsNumber => Element.ValueKind == JsonValueKind.Number;

    public bool IsList => Element.ValueKind == JsonValueKind.Array;

    public CheckpointValue Child(string key, JsonElement element) =>
        new(Path, Name.Length == 0 ? key : $"{Name}.{key}", element);

    public CheckpointObject AsObject() => Element.ValueKind == JsonValueKind.Object ? new(this) : throw Wrong("an object");

    public IReadOnlyList<CheckpointValue> AsList()
    {
        if (!IsList)
            throw Wrong("a list");
        var (path, name) = (Path, Name);
        return [.. Element.EnumerateArray().Select((item, i) => new CheckpointValue(path, $"{name}[{i}]", item))];
    }

    public int AsInt()
    {
        // Python writes an integer as 16.0 if it is the result of a division.
        if (IsNumber && Element.TryGetDouble(out var number) && number == Math.Floor(number) && Math.Abs(number) <= int.MaxValue)
            return (int)number;
        throw Wrong($"a whole number up to {int.MaxValue}");
    }

    public double AsNumber() =>
        IsNumber && Element.TryGetDouble(out var number) && double.IsFinite(number) ? number : throw Wrong("a number");

    public bool AsSwitch() => Element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong("true or false"),
    };

    public string AsText()
    {
        try
        {
            return IsText ? Element.GetString()! : throw Wrong("text");
        }
        catch (InvalidOperationException)
        {
            throw Wrong("valid Unicode text");
        }
    }

    /// <summary>Returns the exception for a value that is not as expected.</summary>
    public CheckpointException Wrong(string expected)
    {
        var what = Name.Length == 0 ? $"The content of '{Path}' is" : $"{Name} in '{Path}' is";
        return new($"{what} {Quote()}, but must be {expected}. Use the file as it was published.");
    }

    private string Quote()
    {
        var text = Element.GetRawText();
        return Element.ValueKind switch
        {
            JsonValueKind.Object => "an object",
            JsonValueKind.Array => "a list",
            _ => text.Length <= LongestQuote ? text : string.Create(
                CultureInfo.InvariantCulture, $"{text.AsSpan(0, LongestQuote)}… ({text.Length} characters)"),
        };
    }
}
