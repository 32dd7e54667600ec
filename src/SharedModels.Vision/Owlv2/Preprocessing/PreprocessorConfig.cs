using System.Text.Json;
using SharedModels.Compute.Checkpoints;

namespace SharedModels.Vision.Preprocessing;

/// <summary>preprocessor_config.json.</summary>
internal sealed class PreprocessorConfig
{
    private const string File = "preprocessor_config.json";

    public bool DoRescale { get; set; } = true;

    public double RescaleFactor { get; set; } = 1 / 255.0;

    public bool DoPad { get; set; } = true;

    public bool DoResize { get; set; } = true;

    public JsonElement Size { get; set; }

    public bool DoNormalize { get; set; } = true;

    public float[] ImageMean { get; set; } = [0.48145466f, 0.4578275f, 0.40821073f];

    public float[] ImageStd { get; set; } = [0.26862954f, 0.26130258f, 0.27577711f];

    public static PreprocessorConfig Read(string folder, int imageSize)
    {
        var config = CheckpointJson.Read(folder, File, Owlv2Json.Default.PreprocessorConfig);
        var path = Path.Combine(folder, File);
        if (!config.DoPad || !config.DoResize)
            throw new CheckpointException(
                $"'{path}' switches do_pad or do_resize off; an image must be padded and resized to fit the model. Set both to "
                + "true.");
        if (config.ImageMean.Length != 3 || config.ImageStd.Length != 3 || config.ImageStd.Any(s => !(s > 0)))
            throw new CheckpointException($"image_mean and image_std in '{path}' must be 3 numbers each, the latter above 0.");
        var (height, width) = config.ReadSize(path, imageSize);
        if (height != imageSize || width != imageSize)
            throw new CheckpointException(
                $"size in '{path}' is {height} x {width}, but vision_config.image_size is {imageSize}. Use the files of one "
                + "checkpoint.");
        return config;
    }

    private (int Height, int Width) ReadSize(string path, int fallback)
    {
        if (Size.ValueKind == JsonValueKind.Undefined)
            return (fallback, fallback);
        return Size.ValueKind == JsonValueKind.Object
            && Size.TryGetProperty("height", out var height) && height.ValueKind == JsonValueKind.Number && height.TryGetInt32(out var h)
            && Size.TryGetProperty("width", out var width) && width.ValueKind == JsonValueKind.Number && width.TryGetInt32(out var w)
                ? (h, w)
                : throw new CheckpointException(
                    $"size in '{path}' is not an object with the numbers height and width. Copy the file as it was published.");
    }
}
