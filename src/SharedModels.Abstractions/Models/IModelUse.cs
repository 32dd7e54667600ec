namespace SharedModels;

/// <summary>One run of code that uses a model; disposed when the code has ended, on the same thread.</summary>
public interface IModelUse : IDisposable
{
    /// <summary>Told of what the code returns, so that it outlives this use.</summary>
    /// <param name="result">What the code returned.</param>
    void Keep(object? result);
}
