namespace SharedModels.Compute.Checkpoints;

/// <summary>One tensor of a header; offsets count from the end of the header.</summary>
internal sealed record SafetensorsEntry(string Name, string Type, long[] Shape, long Begin, long End)
{
    public string ShapeText => $"[{string.Join(", ", Shape)}]";
}
