namespace SharedModels.Vision.Network;

internal sealed class TextConfig : TowerConfig
{
    public TextConfig() => (HiddenSize, IntermediateSize, NumAttentionHeads) = (512, 2048, 8);

    public int VocabSize { get; set; } = 49408;

    public int MaxPositionEmbeddings { get; set; } = 16;

    protected override string Section => "text_config";

    public override void Validate(string path)
    {
        base.Validate(path);
        AtLeastOne(path, "vocab_size", VocabSize);
        AtLeastOne(path, "max_position_embeddings", MaxPositionEmbeddings);
    }
}
