using SharedModels.Cuda.Driver;
using SharedModels.Devices;

namespace SharedModels.TorchSharp.Devices;

/// <summary>Apple's Metal device, whose memory is the host's.</summary>
internal sealed class MpsDeviceProvider(Func<bool> isAvailable) : IDeviceProvider
{
    public IReadOnlyList<DeviceInfo> GetDevices() =>
        isAvailable() ? [new(Device.Mps, "Apple Metal", GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)] : [];

    public DeviceFailure Classify(Device device, Exception exception) => CudaErrors.Classify(exception);
}
