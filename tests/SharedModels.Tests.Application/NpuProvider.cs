using SharedModels.Devices;

namespace SharedModels.Tests.Application;

/// <summary>An accelerator that no model uses.</summary>
internal sealed class NpuProvider : IDeviceProvider
{
    public IReadOnlyList<DeviceInfo> GetDevices() => [new(new Device("npu"), "NPU", 16L << 30)];
}
