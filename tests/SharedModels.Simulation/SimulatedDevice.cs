namespace SharedModels.Simulation;

/// <summary>The device of a simulation: one request at a time, one transfer at a time.</summary>
/// <param name="BudgetBytes">Bytes that models may take.</param>
/// <param name="BytesPerSecond">How fast models are moved to it.</param>
public sealed record SimulatedDevice(long BudgetBytes, double BytesPerSecond = 25e9)
{
    /// <summary>How long moving a model takes.</summary>
    /// <param name="bytes">The model's size.</param>
    public TimeSpan TransferTime(long bytes) => TimeSpan.FromSeconds(bytes / BytesPerSecond);
}
