namespace SharedModels.Devices;

/// <summary>Provides the processor, with the memory that the process can take: the container's limit, if there is one.</summary>
internal sealed class CpuDeviceProvider : IDeviceProvider
{
    // The total is unknown: the system pages memory and maps files, and in a container the runtime reports only the limit of its heap.
    public IReadOnlyList<DeviceInfo> GetDevices() =>
        [new(Device.Cpu, $"{Environment.ProcessorCount} processors", GC.GetGCMemoryInfo().TotalAvailableMemoryBytes) { TotalBytes = 0 }];
}
