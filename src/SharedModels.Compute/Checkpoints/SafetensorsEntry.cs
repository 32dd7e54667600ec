namespace SharedModels.Compute.Checkpoints;

/// <summary>One tensor of a header. Offsets are relative to the end of the header.</summary>
internal sealed record SafetensorsEntry(string Name, string Type, long[] Shape, long Begin, long End)
{
    public string ShapeText => $"[{string.Join(", ", Shape)}]";
}
