namespace SharedModels.Compute;

/// <summary>A matrix in the memory of a compute engine's device. Only that engine can read it.</summary>
/// <remarks>Disposing it returns the memory to the engine for reuse. Not safe for concurrent use by several threads.</remarks>
internal interface ITensor : IDisposable
{
    /// <summary>The number of rows.</summary>
    int Rows { get; }

    /// <summary>The number of columns.</summary>
    int Columns { get; }
}
