namespace SharedModels.Compute;

/// <summary>A matrix in the memory of a compute engine's device, which only that engine can read.</summary>
/// <remarks>Disposing it hands the memory back to the engine for reuse. Not safe for use by several threads at once.</remarks>
internal interface ITensor : IDisposable
{
    /// <summary>Rows.</summary>
    int Rows { get; }

    /// <summary>Numbers in a row.</summary>
    int Columns { get; }
}
