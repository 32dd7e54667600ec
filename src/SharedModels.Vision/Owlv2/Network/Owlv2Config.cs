using SharedModels.Compute.Checkpoints;

namespace SharedModels.Vision.Network;

/// <summary>config.json; a key that equals its default may be missing.</summary>
internal sealed class Owlv2Config
{
    private const string File = "config.json";

    public int ProjectionDim { get; set; } = 512;

    public TextConfig TextConfig { get; set; } = new();

    public VisionConfig VisionConfig { get; set; } = new();

    public static Owlv2Config Read(string folder)
    {
        var config = CheckpointJson.Read(folder, File, Owlv2Json.Default.Owlv2Config);
        var path = Path.Combine(folder, File);
        config.TextConfig.Validate(path);
        config.VisionConfig.Validate(path);
        if (config.ProjectionDim != config.TextConfig.HiddenSize)
        {
            throw new CheckpointException(
                $"projection_dim in '{path}' is {config.ProjectionDim}, but text_config.hidden_size is {config.TextConfig.HiddenSize}; "
                + "an OWLv2 detector compares the two, so they must be equal.");
        }

        return config;
    }
}
