namespace SharedModels.Simulation;

/// <summary>The device of a simulation. It serves one request and one transfer at a time.</summary>
/// <param name="BudgetBytes">The number of bytes that models can take.</param>
/// <param name="BytesPerSecond">The transfer rate of moves to the device.</param>
public sealed record SimulatedDevice(long BudgetBytes, double BytesPerSecond = 25e9)
{
    /// <summary>Returns the duration of a move.</summary>
    /// <param name="bytes">The model's size.</param>
    public TimeSpan TransferTime(long bytes) => TimeSpan.FromSeconds(bytes / BytesPerSecond);
}
