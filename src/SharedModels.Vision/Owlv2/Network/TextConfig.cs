using SharedModels.Compute.Checkpoints;

namespace SharedModels.Vision.Network;

internal sealed class TextConfig(CheckpointObject json) : TowerConfig(json, hiddenSize: 512, intermediateSize: 2048, heads: 8)
{
    public int VocabSize { get; } = json.Int("vocab_size", 49408);

    public int MaxPositionEmbeddings { get; } = json.Int("max_position_embeddings", 16);

    protected override string Section => "text_config";

    public override void Validate(string path)
    {
        base.Validate(path);
        AtLeastOne(path, "vocab_size", VocabSize);
        AtLeastOne(path, "max_position_embeddings", MaxPositionEmbeddings);
    }
}
