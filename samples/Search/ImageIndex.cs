using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;
using SharedModels;
using SharedModels.OnnxRuntime;
using SharedModels.Vision.Imaging;

namespace Search;

/// <summary>The images of the page, with their features from ResNet-18. The first search computes them.</summary>
internal sealed class ImageIndex(ISharedModelManager manager, IImageDecoder decoder, IWebHostEnvironment environment)
{
    /// <summary>The id of the model.</summary>
    public const string ModelId = "resnet18";

    private const int MaxHits = 5;

    private readonly string _folder = Path.Combine(environment.WebRootPath, "images");
    private float[][]? _features;

    /// <summary>The names of the images.</summary>
    public IReadOnlyList<string> Names => field ??=
    [
        .. Directory.GetFiles(_folder, "*.jpg").Select(static file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal),
    ];

    /// <summary>Reads an image of the page, or returns <see langword="null"/> if there is no such image.</summary>
    public async Task<byte[]?> ReadAsync(string name, CancellationToken cancellationToken) =>
        Names.Contains(name, StringComparer.Ordinal) ? await File.ReadAllBytesAsync(PathOf(name), cancellationToken) : null;

    /// <summary>Returns the images that are most similar to an image, starting with the most similar one.</summary>
    /// <exception cref="ImageFormatException">The bytes are not an image.</exception>
    public async Task<IReadOnlyList<ImageHit>> SearchAsync(byte[] encoded, CancellationToken cancellationToken)
    {
        var image = ImageTensor.Create(decoder.Decode(encoded));
        using var lease = await manager.FetchModelAsync<InferenceSession>(ModelId, cancellationToken);
        var session = lease.Model;

        // Two first searches can compute the features twice, with the same result.
        _features ??= [.. Names.Select(name => Compute(session, ImageTensor.Create(decoder.Decode(File.ReadAllBytes(PathOf(name))))))];
        var wanted = Compute(session, image);
        return [.. Names
            .Zip(_features, (name, features) => new ImageHit(name, TensorPrimitives.CosineSimilarity<float>(features, wanted)))
            .OrderByDescending(static hit => hit.Score)
            .Take(MaxHits)];
    }

    private string PathOf(string name) => Path.Combine(_folder, $"{name}.jpg");

    private static float[] Compute(InferenceSession session, float[] planes)
    {
        using var image = OrtValue.CreateTensorValueFromMemory(planes, [1, 3, ImageTensor.Size, ImageTensor.Size]);
        using var results = session.Run(new Dictionary<string, OrtValue> { [session.InputNames[0]] = image });
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
