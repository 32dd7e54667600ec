using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace SharedModels.Compute.Checkpoints;

/// <summary>Reads the JSON files of a checkpoint folder, with types that the source generator knows.</summary>
internal static class CheckpointJson
{
    public static T Read<T>(string folder, string file, JsonTypeInfo<T> type)
    {
        var path = Path.Combine(folder, file);
        if (!File.Exists(path))
            throw new CheckpointException($"The checkpoint folder '{folder}' holds no {file}. Copy the whole folder as it was published.");
        try
        {
            using var stream = File.OpenRead(path);
            return JsonSerializer.Deserialize(stream, type)
                ?? throw new CheckpointException($"'{path}' holds null instead of a JSON object. Copy the file as it was published.");
        }
        catch (JsonException e)
        {
            throw new CheckpointException($"'{path}' cannot be read: {e.Message} Copy the file as it was published.", e);
        }
    }
}
