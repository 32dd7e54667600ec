using System.Text.Json;

namespace SharedModels.Compute.Checkpoints;

/// <summary>Reads the JSON files of a checkpoint folder.</summary>
internal static class CheckpointJson
{
    /// <summary>Reads a file that must contain a JSON object.</summary>
    /// <exception cref="CheckpointException">The file cannot be read, is not valid JSON, or does not contain an object.</exception>
    public static CheckpointObject Read(string path)
    {
        var bytes = CheckpointFile.ReadAllBytes(path);
        try
        {
            // Some editors add a byte order mark, which JSON does not allow.
            var json = bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsMemory(3) : bytes;
            using var document = JsonDocument.Parse(json);
            return new CheckpointValue(path, "", document.RootElement.Clone()).AsObject();
        }
        catch (JsonException e)
        {
            throw new CheckpointException(
                $"'{path}' is not valid JSON at byte {e.BytePositionInLine} of line {e.LineNumber + 1}. Use the file as it was "
                    + "published.",
                e);
        }
    }

    /// <inheritdoc cref="Read(string)"/>
    public static CheckpointObject Read(string folder, string file) => Read(Path.Combine(folder, file));

    /// <summary>Reads a file that may be missing.</summary>
    /// <inheritdoc cref="Read(string)"/>
    public static CheckpointObject? TryRead(string folder, string file) =>
        File.Exists(Path.Combine(folder, file)) ? Read(folder, file) : null;
}
