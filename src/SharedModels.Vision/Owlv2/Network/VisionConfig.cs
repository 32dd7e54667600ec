using SharedModels.Compute.Checkpoints;

namespace SharedModels.Vision.Network;

internal sealed class VisionConfig(CheckpointObject json) : TowerConfig(json, hiddenSize: 768, intermediateSize: 3072, heads: 12)
{
    // Four times the side of the published models. The numbers of an image still fit in an array.
    private const int LargestImage = 4096;

    /// <summary>Creates a configuration with the defaults.</summary>
    public VisionConfig()
        : this(CheckpointObject.Empty)
    {
    }

    public int NumChannels { get; } = json.Int("num_channels", 3);

    public int ImageSize { get; init; } = Side(json, "image_size", 768);

    public int PatchSize { get; } = Side(json, "patch_size", 16);

    /// <summary>The number of patches in a row of the image.</summary>
    public int Grid => ImageSize / PatchSize;

    public int Patches => Grid * Grid;

    protected override string Section => "vision_config";

    public override void Validate(string path)
    {
        base.Validate(path);
        AtLeastOne(path, "image_size", ImageSize);
        AtLeastOne(path, "patch_size", PatchSize);
        if (ImageSize > LargestImage)
            throw new CheckpointException($"vision_config.image_size in '{path}' is {ImageSize}, but the maximum is {LargestImage}.");
        if (PatchSize > ImageSize)
            throw new CheckpointException(
                $"vision_config.patch_size in '{path}' is {PatchSize}, which is larger than vision_config.image_size, {ImageSize}.");
        if (NumChannels != 3)
            throw new CheckpointException(
                $"vision_config.num_channels in '{path}' is {NumChannels}, but only images with 3 channels are supported.");
    }

    /// <summary>Returns the side of a square, which can also be written as a list of height and width.</summary>
    private static int Side(CheckpointObject json, string key, int fallback)
    {
        if (json[key] is not { IsList: true } sides)
            return json.Int(key, fallback);
        return sides.AsList() is [var height, var width] && height.AsInt() == width.AsInt()
            ? height.AsInt()
            : throw sides.Wrong("a whole number, or a list of two equal whole numbers");
    }
}
