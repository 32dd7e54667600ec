namespace SharedModels.Generators.Tests.Analyzers.Batches;

/// <summary>A batch model for the sources of tests.</summary>
internal static class BatchSource
{
    /// <summary>The class <c>MiniLm</c>, which makes an <see cref="int"/> of a <see cref="string"/>.</summary>
    public const string MiniLm =
        " [SharedModel(\"minilm\")] public sealed class MiniLm : IBatchModel<string, int> { public int Offset => 1; public void Prepare() "
        + "{ } public System.Collections.Generic.IReadOnlyList<int> InvokeBatch(System.Collections.Generic.IReadOnlyList<string> inputs, "
        + "CancellationToken cancellationToken) => [.. inputs.Select(static input => input.Length)]; }";
}
