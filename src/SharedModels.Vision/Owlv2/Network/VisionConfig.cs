using SharedModels.Compute.Checkpoints;

namespace SharedModels.Vision.Network;

internal sealed class VisionConfig : TowerConfig
{
    // Four times the side of the published models; an image's numbers still fit in an array.
    private const int LargestImage = 4096;

    public VisionConfig() => (HiddenSize, IntermediateSize, NumAttentionHeads) = (768, 3072, 12);

    public int NumChannels { get; set; } = 3;

    public int ImageSize { get; set; } = 768;

    public int PatchSize { get; set; } = 16;

    /// <summary>Patches in a row of the image.</summary>
    public int Grid => ImageSize / PatchSize;

    public int Patches => Grid * Grid;

    protected override string Section => "vision_config";

    public override void Validate(string path)
    {
        base.Validate(path);
        AtLeastOne(path, "image_size", ImageSize);
        AtLeastOne(path, "patch_size", PatchSize);
        if (ImageSize > LargestImage)
            throw new CheckpointException($"vision_config.image_size in '{path}' is {ImageSize}; at most {LargestImage} is known.");
        if (PatchSize > ImageSize)
            throw new CheckpointException(
                $"vision_config.patch_size in '{path}' is {PatchSize}, more than vision_config.image_size, {ImageSize}.");
        if (NumChannels != 3)
            throw new CheckpointException(
                $"vision_config.num_channels in '{path}' is {NumChannels}; only images of 3 channels are known.");
    }
}
