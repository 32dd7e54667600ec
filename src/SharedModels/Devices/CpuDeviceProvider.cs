namespace SharedModels.Devices;

/// <summary>The processor, with the memory that the process may take: a container's limit where there is one.</summary>
internal sealed class CpuDeviceProvider : IDeviceProvider
{
    // There is no firm total: the system pages memory and maps files, and in a container the runtime reports only what its heap may take.
    public IReadOnlyList<DeviceInfo> GetDevices() =>
        [new(Device.Cpu, $"{Environment.ProcessorCount} processors", GC.GetGCMemoryInfo().TotalAvailableMemoryBytes) { TotalBytes = 0 }];
}
