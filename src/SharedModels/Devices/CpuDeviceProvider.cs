namespace SharedModels.Devices;

/// <summary>The processor, with the memory that the process may take: a container's limit where there is one.</summary>
internal sealed class CpuDeviceProvider : IDeviceProvider
{
    public IReadOnlyList<DeviceInfo> GetDevices() =>
        [new(Device.Cpu, $"{Environment.ProcessorCount} processors", GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)];
}
