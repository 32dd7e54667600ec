namespace SharedModels.Simulation.Clusters;

/// <summary>The hardware of a simulated node.</summary>
public sealed record SimulatedNodeOptions
{
    /// <summary>The memory of each device.</summary>
    /// <value>The default is one device with 24 GB.</value>
    public IReadOnlyList<long> DeviceBytes { get; init; } = [24_000_000_000];

    /// <summary>The host memory that models can take.</summary>
    public long HostBytes { get; init; } = 96_000_000_000;

    /// <summary>The transfer rate of loads into host memory. Loads of a node run one after the other.</summary>
    public double DiskBytesPerSecond { get; init; } = 2e9;

    /// <summary>The transfer rate of moves to a device. Moves to a device run one after the other.</summary>
    public double BusBytesPerSecond { get; init; } = 25e9;

    /// <summary>The maximum number of waiting requests for each device.</summary>
    public int MaxQueueLength { get; init; } = 256;

    /// <summary>The speed of the devices. Holds take the time of the trace divided by this value.</summary>
    public double Speed { get; init; } = 1;
}
