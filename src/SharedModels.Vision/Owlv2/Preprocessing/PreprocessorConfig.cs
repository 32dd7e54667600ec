using SharedModels.Compute.Checkpoints;

namespace SharedModels.Vision.Preprocessing;

/// <summary>
/// The content of preprocessor_config.json, or of <c>image_processor</c> in processor_config.json from transformers 5 on.
/// </summary>
internal sealed class PreprocessorConfig
{
    public const string OwnFile = "preprocessor_config.json";
    public const string CommonFile = "processor_config.json";

    private const int Channels = 3;

    public bool DoRescale { get; set; } = true;

    public double RescaleFactor { get; set; } = 1 / 255.0;

    public bool DoNormalize { get; set; } = true;

    public float[] ImageMean { get; set; } = [0.48145466f, 0.4578275f, 0.40821073f];

    public float[] ImageStd { get; set; } = [0.26862954f, 0.26130258f, 0.27577711f];

    public static PreprocessorConfig Read(string folder, int imageSize)
    {
        // The same order as in transformers. Before version 5, the common file has no image settings.
        var json = CheckpointJson.TryRead(folder, CommonFile)?["image_processor"]?.AsObject() ?? CheckpointJson.Read(folder, OwnFile);
        foreach (var key in (string[])["do_pad", "do_resize"])
        {
            if (!json.Switch(key, true))
                throw new CheckpointException(
                    $"{json.NameOf(key)} in '{json.Path}' is false. The model requires padded and resized images. Set it to true.");
        }

        CheckSize(json, imageSize);
        var defaults = new PreprocessorConfig();
        return new()
        {
            DoRescale = json.Switch("do_rescale", defaults.DoRescale),
            RescaleFactor = json.Number("rescale_factor", defaults.RescaleFactor),
            DoNormalize = json.Switch("do_normalize", defaults.DoNormalize),
            ImageMean = PerChannel(json, "image_mean", defaults.ImageMean, "3 numbers", static _ => true),
            ImageStd = PerChannel(json, "image_std", defaults.ImageStd, "3 numbers above 0", static deviation => deviation > 0),
        };
    }

    private static float[] PerChannel(
        CheckpointObject json, string key, float[] fallback, string expected, Func<float, bool> isAllowed)
    {
        if (json[key] is not { } value)
            return fallback;

        // A single number applies to all channels.
        float[] numbers = value.IsNumber
            ? [.. Enumerable.Repeat((float)value.AsNumber(), Channels)]
            : [.. value.AsList().Select(static number => (float)number.AsNumber())];
        return numbers.Length == Channels && numbers.All(isAllowed) ? numbers : throw value.Wrong(expected);
    }

    private static void CheckSize(CheckpointObject json, int imageSize)
    {
        if (json["size"] is not { } size)
            return;
        var (height, width) = ReadSize(size);
        if (height != imageSize || width != imageSize)
            throw new CheckpointException(
                $"{size.Name} in '{json.Path}' is {height} x {width}, but vision_config.image_size is {imageSize}. Use the files "
                + "of the same checkpoint.");
    }

    private static (int Height, int Width) ReadSize(CheckpointValue size)
    {
        const string Expected = "an object with the numbers height and width, a list of the two, or one number for both";
        if (size.IsNumber)
            return (size.AsInt(), size.AsInt());
        if (size.IsList)
            return size.AsList() is [var rows, var columns] ? (rows.AsInt(), columns.AsInt()) : throw size.Wrong(Expected);
        if (size.IsText)
            throw size.Wrong(Expected);
        var sides = size.AsObject();
        return sides["height"] is { } height && sides["width"] is { } width
            ? (height.AsInt(), width.AsInt())
            : throw size.Wrong(Expected);
    }
}
