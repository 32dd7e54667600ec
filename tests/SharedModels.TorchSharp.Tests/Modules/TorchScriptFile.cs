using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace SharedModels.TorchSharp.Tests.Modules;

/// <summary>
/// Writes a TorchScript module with one linear layer, and a scale that is neither a parameter nor a buffer, in the format that
/// <c>torch.jit.save</c> writes: a ZIP archive with the code, a pickle of the attributes, and a file for each tensor (pytorch,
/// torch/csrc/jit/docs/serialization.md).
/// </summary>
internal static class TorchScriptFile
{
    // Opcodes of Python's pickle protocol 2 that are not ASCII: NEWOBJ and NEWFALSE.
    private const byte NewObject = 0x81;
    private const byte False = 0x89;

    private const string Head =
        """
        class Net(Module):
          __parameters__ = ["weight", "bias", ]
          __buffers__ = []
          weight : Tensor
          bias : Tensor
          scale : Tensor

        """;

    private const string Tail =
        """
          training : bool
          def forward(self: __torch__.Net,
              x: Tensor) -> Tensor:
            return torch.mul(torch.add(torch.matmul(x, torch.t(self.weight)), self.bias), self.scale)

        """;

    /// <param name="path">The file.</param>
    /// <param name="inputs">The width of the layer's input.</param>
    /// <param name="outputs">The width of the layer's output.</param>
    /// <param name="hasQuantized"><see langword="true"/> for a further tensor "table" of eight-bit numbers with a scale of 0.5.</param>
    public static void Write(string path, int inputs, int outputs, bool hasQuantized = false)
    {
        var code = Head + (hasQuantized ? "  table : Tensor\n" : "") + Tail;
        var random = new Random(7);
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        Add(archive, "data.pkl", Attributes(inputs, outputs, hasQuantized));
        Add(archive, "code/__torch__.py", Encoding.ASCII.GetBytes(code.ReplaceLineEndings("\n")));
        Add(archive, "data/0", Numbers(random, inputs * outputs));
        Add(archive, "data/1", Numbers(random, outputs));
        Add(archive, "data/2", Numbers(random, outputs));
        if (hasQuantized)
            Add(archive, "data/3", [1, 2, 3, 4]);
        Add(archive, "constants.pkl", [0x80, 2, .. ")."u8]);
        Add(archive, "version", "3\n"u8.ToArray());
    }

    private static byte[] Attributes(int inputs, int outputs, bool hasQuantized)
    {
        using var pickle = new MemoryStream();
        pickle.Write([0x80, 2]);
        pickle.Write("c__torch__\nNet\n)"u8);
        pickle.Write([NewObject]);
        pickle.Write("}("u8);
        Key(pickle, "weight");
        Tensor(pickle, "0", [outputs, inputs]);
        Key(pickle, "bias");
        Tensor(pickle, "1", [outputs]);
        Key(pickle, "scale");
        Tensor(pickle, "2", [outputs]);
        if (hasQuantized)
        {
            Key(pickle, "table");
            QuantizedTensor(pickle, "3", length: 4);
        }

        Key(pickle, "training");
        pickle.Write([False]);
        pickle.Write("ub."u8);
        return pickle.ToArray();
    }

    private static void Tensor(MemoryStream pickle, string key, int[] shape)
    {
        pickle.Write("ctorch._utils\n_rebuild_tensor_v2\n(("u8);
        Key(pickle, "storage");
        pickle.Write("ctorch\nFloatStorage\n"u8);
        Key(pickle, key);
        Key(pickle, "cpu");
        Number(pickle, shape.Aggregate(1, static (product, side) => product * side));
        pickle.Write("tQ"u8);
        Number(pickle, 0);
        pickle.Write("("u8);
        foreach (var side in shape)
            Number(pickle, side);
        pickle.Write("t("u8);
        for (var i = 0; i < shape.Length; i++)
            Number(pickle, shape[(i + 1)..].Aggregate(1, static (product, side) => product * side));
        pickle.Write("t"u8);
        pickle.Write([False]);
        pickle.Write("ccollections\nOrderedDict\n)RtR"u8);
    }

    private static void QuantizedTensor(MemoryStream pickle, string key, int length)
    {
        pickle.Write("ctorch._utils\n_rebuild_qtensor\n(("u8);
        Key(pickle, "storage");
        pickle.Write("ctorch\nQInt8Storage\n"u8);
        Key(pickle, key);
        Key(pickle, "cpu");
        Number(pickle, length);
        pickle.Write("tQ"u8);
        Number(pickle, 0);
        pickle.Write("("u8);
        Number(pickle, length);
        pickle.Write("t("u8);
        Number(pickle, 1);
        pickle.Write("t(ctorch\nper_tensor_affine\nG"u8);
        Span<byte> scale = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleBigEndian(scale, 0.5);
        pickle.Write(scale);
        Number(pickle, 0);
        pickle.Write("t"u8);
        pickle.Write([False]);
        pickle.Write("ccollections\nOrderedDict\n)RtR"u8);
    }

    private static void Key(MemoryStream pickle, string text)
    {
        pickle.Write("X"u8);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, text.Length);
        pickle.Write(length);
        pickle.Write(Encoding.ASCII.GetBytes(text));
    }

    private static void Number(MemoryStream pickle, int value)
    {
        pickle.Write("J"u8);
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        pickle.Write(bytes);
    }

    private static byte[] Numbers(Random random, int count)
    {
        var bytes = new byte[count * sizeof(float)];
        for (var i = 0; i < count; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), (float)(random.NextDouble() - 0.5));
        return bytes;
    }

    private static void Add(ZipArchive archive, string name, byte[] content)
    {
        using var entry = archive.CreateEntry($"net/{name}", CompressionLevel.NoCompression).Open();
        entry.Write(content);
    }
}
