using SharedModels.Compute;
using SharedModels.Compute.Checkpoints;
using SharedModels.Compute.Embedded;
using SharedModels.Compute.Kernels;
using SharedModels.Vision.Network;
using SharedModels.Vision.Preprocessing;
using SharedModels.Vision.Tokenization;

namespace SharedModels.Vision.Tests.Network;

/// <summary>The checkpoint of a fixture, loaded part by part so that tests can observe the intermediate results.</summary>
internal sealed class LoadedFixture : IDisposable
{
    private readonly CheckpointWeights _weights;

    public LoadedFixture(string path, VectorWidth? width = null, int cores = 0)
    {
        Folder = new FixtureFolder(path);
        Config = Owlv2Config.Read(path);
        Tokenizer = new ClipTokenizer(path);
        Processor = new ImageProcessor(PreprocessorConfig.Read(path, Config.VisionConfig.ImageSize), Config.VisionConfig.ImageSize,
            0.5f, cores);
        _weights = new CheckpointWeights(path);
        var options = new ComputeEngineOptions { MaxDegreeOfParallelism = cores };
        Engine = new EmbeddedComputeEngine(options, width ?? MicroKernel.WidestWidth);
        Network = new Owlv2Network(Engine, _weights, Config);
    }

    /// <summary>The folder of this repository, and the folders in OWLV2_FIXTURES.</summary>
    public static IEnumerable<string> Paths =>
    [
        TestFiles.Fixture("owlv2-tiny-random"),
        .. (Environment.GetEnvironmentVariable("OWLV2_FIXTURES") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries),
    ];

    public FixtureFolder Folder { get; }

    public Owlv2Config Config { get; }

    public ClipTokenizer Tokenizer { get; }

    public ImageProcessor Processor { get; }

    public EmbeddedComputeEngine Engine { get; }

    public Owlv2Network Network { get; }

    /// <summary>Returns the tolerance, which is larger for full-size models, as in Hugging Face's own conversion check.</summary>
    public float Tolerance(float small) => Config.VisionConfig.HiddenSize >= 512 ? MathF.Max(small, 1e-3f) : small;

    public float[] Process(string image)
    {
        var pixels = new float[Processor.Length];
        Processor.Run(Folder.Image(image), pixels, 0);
        return pixels;
    }

    public ITensor Features(string image) => Network.EmbedImages(Process(image), 1);

    public float[] Download(ITensor tensor)
    {
        var values = new float[tensor.Rows * tensor.Columns];
        Engine.Download(tensor, values);
        return values;
    }

    public void Dispose()
    {
        Network.Dispose();
        _weights.Dispose();
    }
}
