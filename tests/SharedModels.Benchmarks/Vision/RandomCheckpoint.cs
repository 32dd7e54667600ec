using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using SharedModels.Vision.Network;

namespace SharedModels.Benchmarks.Vision;

/// <summary>A folder with the weights of a vision encoder, random ones, as long as this lives.</summary>
internal sealed class RandomCheckpoint : IDisposable
{
    private const float Scale = 0.03f;

    public RandomCheckpoint(VisionConfig config, string type)
    {
        var tensors = Tensors(config).ToList();
        var bytes = type == "F32" ? 4 : 2;
        var (header, offset) = (new StringBuilder("{"), 0L);
        foreach (var (name, shape) in tensors)
        {
            var length = shape.Aggregate((long)bytes, (product, side) => product * side);
            header.Append(
                $"\"{name}\":{{\"dtype\":\"{type}\",\"shape\":[{string.Join(',', shape)}],"
                + $"\"data_offsets\":[{offset},{offset += length}]}},");
        }

        header[^1] = '}';
        using var file = File.Create(Path.Combine(Folder, "model.safetensors"));
        Span<byte> prefix = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, header.Length);
        file.Write(prefix);
        file.Write(Encoding.ASCII.GetBytes(header.ToString()));
        var block = Block(type);
        for (var left = offset; left > 0; left -= block.Length)
            file.Write(block.AsSpan(0, (int)Math.Min(left, block.Length)));
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("sharedmodels-bench-").FullName;

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static IEnumerable<(string Name, int[] Shape)> Tensors(VisionConfig config)
    {
        const string Model = "owlv2.vision_model";
        var (width, middle) = (config.HiddenSize, config.IntermediateSize);
        yield return ($"{Model}.embeddings.class_embedding", [width]);
        yield return ($"{Model}.embeddings.patch_embedding.weight", [width, 3, config.PatchSize, config.PatchSize]);
        yield return ($"{Model}.embeddings.position_embedding.weight", [config.Patches + 1, width]);
        List<(string Name, int Outputs, int Inputs)> linear = [];
        List<string> norms = [$"{Model}.pre_layernorm", $"{Model}.post_layernorm", "layer_norm"];
        for (var i = 0; i < config.NumHiddenLayers; i++)
        {
            var layer = $"{Model}.encoder.layers.{i}";
            norms.AddRange([$"{layer}.layer_norm1", $"{layer}.layer_norm2"]);
            foreach (var part in new[] { "q", "k", "v", "out" })
                linear.Add(($"{layer}.self_attn.{part}_proj", width, width));
            linear.AddRange([($"{layer}.mlp.fc1", middle, width), ($"{layer}.mlp.fc2", width, middle)]);
        }

        foreach (var (name, outputs, inputs) in linear.Concat(norms.Select(norm => (norm, width, 0))))
        {
            yield return ($"{name}.weight", inputs == 0 ? [outputs] : [outputs, inputs]);
            yield return ($"{name}.bias", [outputs]);
        }
    }

    // Repeated until the file is full.
    private static byte[] Block(string type)
    {
        var numbers = Numbers.Random(1 << 20, Scale);
        return type == "F32"
            ? MemoryMarshal.AsBytes<float>(numbers).ToArray()
            : MemoryMarshal.AsBytes<Half>(Array.ConvertAll(numbers, n => (Half)n)).ToArray();
    }
}
