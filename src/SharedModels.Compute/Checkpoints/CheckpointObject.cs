using System.Text.Json;

namespace SharedModels.Compute.Checkpoints;

/// <summary>An object of a JSON file. A key with the value null counts as missing, as in transformers.</summary>
internal sealed class CheckpointObject(CheckpointValue value)
{
    /// <summary>An object without keys, of no file.</summary>
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

    /// <summary>Whether no key has a value.</summary>
    public bool IsEmpty => !value.Element.EnumerateObject().Any();

    /// <summary>The name of a key in messages, with those of the objects around it.</summary>
    public string NameOf(string key) => value.Child(key, default).Name;

    public int Int(string key, int fallback) => this[key]?.AsInt() ?? fallback;

    public double Number(string key, double fallback) => this[key]?.AsNumber() ?? fallback;

    public bool Switch(string key, bool fallback) => this[key]?.AsSwitch() ?? fallback;

    public string Text(string key, string fallback) => this[key]?.AsText() ?? fallback;

    /// <summary>The object under a key; an empty one if the key is missing.</summary>
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

    private CheckpointException WrongKey() => value.Wrong("an object whose keys are text of valid Unicode");
}
