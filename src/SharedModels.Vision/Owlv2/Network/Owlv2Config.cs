using SharedModels.Compute.Checkpoints;

namespace SharedModels.Vision.Network;

/// <summary>The content of config.json. A key whose value equals the default can be omitted.</summary>
internal sealed class Owlv2Config
{
    private const string File = "config.json";

    private Owlv2Config(CheckpointObject json)
    {
        TextConfig = new(json.Object("text_config"));
        VisionConfig = new(json.Object("vision_config"));
        ProjectionDim = json.Int("projection_dim", 512);
    }

    public int ProjectionDim { get; }

    public TextConfig TextConfig { get; }

    public VisionConfig VisionConfig { get; }

    public static Owlv2Config Read(string folder)
    {
        var json = CheckpointJson.Read(folder, File);
        var config = new Owlv2Config(json);
        config.TextConfig.Validate(json.Path);
        config.VisionConfig.Validate(json.Path);
        if (config.ProjectionDim != config.TextConfig.HiddenSize)
        {
            throw new CheckpointException(
                $"projection_dim in '{json.Path}' is {config.ProjectionDim}, but text_config.hidden_size is "
                + $"{config.TextConfig.HiddenSize}. They must be equal in an OWLv2 detector.");
        }

        return config;
    }
}
