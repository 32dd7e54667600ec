using System.Runtime.InteropServices;
using System.Text.Json;
using SharedModels.Vision.Imaging;
using Xunit.Abstractions;

namespace SharedModels.Vision.Tests;

/// <summary>A folder with an expected.json and the tensors and images that it lists.</summary>
internal sealed class FixtureFolder
{
    private readonly Dictionary<string, JsonElement> _tensors;

    public FixtureFolder(string path)
    {
        Path = path;
        Expected = JsonDocument.Parse(File.ReadAllBytes(System.IO.Path.Combine(path, "expected.json"))).RootElement;
        _tensors = Expected.GetProperty("tensors").EnumerateArray().ToDictionary(t => t.GetProperty("name").GetString()!);
    }

    public string Path { get; }

    public JsonElement Expected { get; }

    public IEnumerable<string> TensorNames => _tensors.Keys;

    public int[] ShapeOf(string name) => [.. _tensors[name].GetProperty("shape").EnumerateArray().Select(s => s.GetInt32())];

    public float[] Floats(string name) => MemoryMarshal.Cast<byte, float>(Bytes(name, "float32")).ToArray();

    public int[] Ints(string name) => MemoryMarshal.Cast<byte, int>(Bytes(name, "int32")).ToArray();

    public RgbImage Image(string name) =>
        TestFiles.Image(
            System.IO.Path.Combine(Path, Expected.GetProperty("pictures").GetProperty(name).GetProperty("file").GetString()!));

    /// <summary>Compares numbers and prints the largest difference.</summary>
    public void Check(ITestOutputHelper output, string name, ReadOnlySpan<float> actual, float tolerance)
    {
        var expected = Floats(name);
        Assert.Equal(expected.Length, actual.Length);
        var largest = 0f;
        for (var i = 0; i < expected.Length; i++)
        {
            var difference = MathF.Abs(expected[i] - actual[i]);
            Assert.False(float.IsNaN(difference), $"{name}[{i}] is {actual[i]} instead of {expected[i]}.");
            largest = MathF.Max(largest, difference);
        }

        output.WriteLine($"{name}: largest difference {largest:0.0e+0}, allowed {tolerance:0.0e+0}");
        Assert.True(largest <= tolerance, $"{name} differs by {largest}, more than {tolerance}.");
    }

    private ReadOnlySpan<byte> Bytes(string name, string type)
    {
        Assert.Equal(type, _tensors[name].GetProperty("dtype").GetString());
        return File.ReadAllBytes(System.IO.Path.Combine(Path, _tensors[name].GetProperty("file").GetString()!));
    }
}
