namespace SharedModels;

/// <summary>The memory that a model takes.</summary>
/// <param name="HostBytes">The number of bytes that the loaded model takes in host memory, on any device.</param>
/// <param name="DeviceBytes">The number of bytes of its parameters on the device. 0 on the CPU, where the host's copy is used.</param>
/// <param name="WorkingBytes">
/// The number of bytes that one use needs on the device in addition to the parameters. A batch needs as many bytes for each input.
/// </param>
public readonly record struct ModelFootprint(long HostBytes, long DeviceBytes = 0, long WorkingBytes = 0);
