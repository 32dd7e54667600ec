namespace SharedModels;

/// <summary>An input that can share a batch only with similar inputs, for example with images of the same size.</summary>
public interface IBatchInput
{
    /// <summary>
    /// A key that all inputs of a batch have in common, compared ordinally. It is read once, on the caller's thread, when the input is
    /// passed to the model. Inputs with <see langword="null"/> share batches with each other, as inputs without this interface do.
    /// </summary>
    string? BatchKey { get; }
}
