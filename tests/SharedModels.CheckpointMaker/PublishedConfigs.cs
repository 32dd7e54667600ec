namespace SharedModels.CheckpointMaker;

/// <summary>The configurations of the published OWLv2 models, by size.</summary>
internal static class PublishedConfigs
{
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>
    {
        // google/owlv2-base-patch16-ensemble
        ["base"] = """
            {
              "architectures": ["Owlv2ForObjectDetection"],
              "model_type": "owlv2",
              "projection_dim": 512,
              "text_config": { "hidden_size": 512, "intermediate_size": 2048, "num_attention_heads": 8, "num_hidden_layers": 12 },
              "vision_config": {
                "hidden_size": 768, "image_size": 960, "intermediate_size": 3072, "num_attention_heads": 12, "num_hidden_layers": 12,
                "patch_size": 16
              }
            }
            """,

        // google/owlv2-large-patch14-ensemble
        ["large"] = """
            {
              "architectures": ["Owlv2ForObjectDetection"],
              "model_type": "owlv2",
              "projection_dim": 768,
              "text_config": { "hidden_size": 768, "intermediate_size": 3072, "num_attention_heads": 12, "num_hidden_layers": 12 },
              "vision_config": {
                "hidden_size": 1024, "image_size": 1008, "intermediate_size": 4096, "num_attention_heads": 16, "num_hidden_layers": 24,
                "patch_size": 14
              }
            }
            """,
    };
}
