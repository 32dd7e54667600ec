using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;
using SharedModels;
using SharedModels.OnnxRuntime;
using SharedModels.Vision.Imaging;

namespace Search;

/// <summary>The pictures of the page, with their features from ResNet-18. The first search computes them.</summary>
internal sealed class PictureIndex(ISharedModelManager manager, IImageDecoder decoder, IWebHostEnvironment environment)
{
    /// <summary>The id of the model.</summary>
    public const string ModelId = "resnet18";

    private const int MaxHits = 5;

    private readonly string _folder = Path.Combine(environment.WebRootPath, "pictures");
    private float[][]? _features;

    /// <summary>The names of the pictures.</summary>
    public IReadOnlyList<string> Names => field ??=
        [.. Directory.GetFiles(_folder, "*.jpg").Select(static file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    /// <summary>Reads a picture of the page, or returns <see langword="null"/> if there is no such picture.</summary>
    public async Task<byte[]?> ReadAsync(string name, CancellationToken cancellationToken) =>
        Names.Contains(name, StringComparer.Ordinal) ? await File.ReadAllBytesAsync(PathOf(name), cancellationToken) : null;

    /// <summary>Returns the pictures that are most similar to a picture, starting with the most similar one.</summary>
    /// <exception cref="ImageFormatException">The bytes are not a picture.</exception>
    public async Task<IReadOnlyList<PictureHit>> SearchAsync(byte[] encoded, CancellationToken cancellationToken)
    {
        var picture = PictureTensor.Create(decoder.Decode(encoded));
        using var lease = await manager.FetchModelAsync<InferenceSession>(ModelId, cancellationToken);
        var session = lease.Model;

        // Two first searches can compute the features twice, with the same result.
        _features ??= [.. Names.Select(name => Compute(session, PictureTensor.Create(decoder.Decode(File.ReadAllBytes(PathOf(name))))))];
        var wanted = Compute(session, picture);
        return [.. Names
            .Zip(_features, (name, features) => new PictureHit(name, TensorPrimitives.CosineSimilarity<float>(features, wanted)))
            .OrderByDescending(static hit => hit.Score)
            .Take(MaxHits)];
    }

    private string PathOf(string name) => Path.Combine(_folder, $"{name}.jpg");

    private static float[] Compute(InferenceSession session, float[] planes)
    {
        using var image = OrtValue.CreateTensorValueFromMemory(planes, [1, 3, PictureTensor.Size, PictureTensor.Size]);
        using var results = session.Run(new Dictionary<string, OrtValue> { [session.InputNames[0]] = image });
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
