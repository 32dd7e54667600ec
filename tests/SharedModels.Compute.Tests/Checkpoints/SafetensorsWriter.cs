using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace SharedModels.Compute.Tests.Checkpoints;

/// <summary>Writes valid and invalid safetensors files.</summary>
internal static class SafetensorsWriter
{
    /// <summary>Writes the given header, followed by data.</summary>
    public static void WriteRaw(string path, string header, int dataLength, ulong? headerLength = null)
    {
        var json = Encoding.UTF8.GetBytes(header);
        var file = new byte[8 + json.Length + dataLength];
        BinaryPrimitives.WriteUInt64LittleEndian(file, headerLength ?? (ulong)json.Length);
        json.CopyTo(file, 8);
        File.WriteAllBytes(path, file);
    }

    /// <summary>Writes tensors in sequence.</summary>
    public static void Write(string path, IEnumerable<StoredTensor> tensors)
    {
        var all = tensors.ToList();
        var header = new StringBuilder("{\"__metadata__\":{\"format\":\"pt\"}");
        var offset = 0L;
        foreach (var tensor in all)
        {
            header.Append(System.Globalization.CultureInfo.InvariantCulture,
                $",{JsonSerializer.Serialize(tensor.Name)}:{{\"dtype\":\"{tensor.Type}\",\"shape\":[{string.Join(',', tensor.Shape)}],"
                + $"\"data_offsets\":[{offset},{offset + tensor.Data.Length}]}}");
            offset += tensor.Data.Length;
        }

        header.Append('}');
        var json = Encoding.UTF8.GetBytes(header.ToString());
        using var stream = File.Create(path);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)json.Length);
        stream.Write(length);
        stream.Write(json);
        foreach (var tensor in all)
            stream.Write(tensor.Data);
    }

    /// <summary>Reads all tensors of a file, independently of the reader under test.</summary>
    public static List<StoredTensor> Read(string path)
    {
        var file = File.ReadAllBytes(path);
        var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
        var tensors = new List<StoredTensor>();
        foreach (var entry in JsonDocument.Parse(file.AsMemory(8,
            length)).RootElement.EnumerateObject().Where(e => e.Name != "__metadata__"))
        {
            var offsets = entry.Value.GetProperty("data_offsets");
            tensors.Add(new StoredTensor(
                entry.Name,
                entry.Value.GetProperty("dtype").GetString()!,
                [.. entry.Value.GetProperty("shape").EnumerateArray().Select(s => s.GetInt32())],
                file[(8 + length + offsets[0].GetInt32())..(8 + length + offsets[1].GetInt32())]));
        }

        return tensors;
    }
}
