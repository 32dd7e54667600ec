using System.Text.Json;

namespace SharedModels.Compute.Checkpoints;

/// <summary>A JSON object. A key whose value is null counts as missing, as in transformers.</summary>
internal sealed class CheckpointObject(CheckpointValue value)
{
    /// <summary>An object without keys that does not belong to a file.</summary>
    public static CheckpointObject Empty { get; } = new(new CheckpointValue("", "", CheckpointValue.EmptyObject));

    /// <summary>The file, for messages.</summary>
    public string Path => value.Path;

    /// <summary>The value of a key, or <see langword="null"/> if there is none.</summary>
    public CheckpointValue? this[string key]
    {
        get
        {
            try
            {
                return value.Element.TryGetProperty(key, out var found) && found.ValueKind != JsonValueKind.Null
                    ? value.Child(key, found)
                    : null;
            }
            catch (InvalidOperationException)
            {
                throw WrongKey();
            }
        }
    }

    /// <summary>All keys with their values, null included.</summary>
    public IEnumerable<(string Key, CheckpointValue Value)> All => value.Element.EnumerateObject().Select(ToPair);

    /// <summary>True if the object has no keys.</summary>
    public bool IsEmpty => !value.Element.EnumerateObject().Any();

    /// <summary>Returns the full name of a key for messages, including the keys of the enclosing objects.</summary>
    public string NameOf(string key) => value.Child(key, default).Name;

    public int Int(string key, int fallback) => this[key]?.AsInt() ?? fallback;

    public double Number(string key, double fallback) => this[key]?.AsNumber() ?? fallback;

    public bool Switch(string key, bool fallback) => this[key]?.AsSwitch() ?? fallback;

    public string Text(string key, string fallback) => this[key]?.AsText() ?? fallback;

    /// <summary>Returns the object under a key, or an empty object if the key is missing.</summary>
    public CheckpointObject Object(string key) => this[key]?.AsObject() ?? new(value.Child(key, CheckpointValue.EmptyObject));

    private (string Key, CheckpointValue Value) ToPair(JsonProperty member)
    {
        try
        {
            return (member.Name, value.Child(member.Name, member.Value));
        }
        catch (InvalidOperationException)
        {
            throw WrongKey();
        }
    }

    private CheckpointException WrongKey() => value.Wrong("an object whose keys are valid Unicode text");
}
