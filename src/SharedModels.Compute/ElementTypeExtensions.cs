namespace SharedModels.Compute;

internal static class ElementTypeExtensions
{
    public static int Size(this ElementType type) => type == ElementType.Float32 ? 4 : 2;
}
