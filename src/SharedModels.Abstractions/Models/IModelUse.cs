namespace SharedModels;

/// <summary>A single run of code that uses a model. Disposed on the same thread when the code has ended.</summary>
public interface IModelUse : IDisposable
{
    /// <summary>Receives the result of the code, or each item of a stream, and keeps it alive after this use ends.</summary>
    /// <param name="result">The result of the code, or an item.</param>
    void Keep(object? result);
}
