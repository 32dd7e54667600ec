using SharedModels.Cuda.Driver;
using SharedModels.Devices;

namespace SharedModels.TorchSharp.Devices;

/// <summary>Provides Apple's Metal device, whose memory is host memory.</summary>
internal sealed class MpsDeviceProvider(Func<bool> isAvailable) : IDeviceProvider
{
    public IReadOnlyList<DeviceInfo> GetDevices() =>
        isAvailable() ? [new(Device.Mps, "Apple Metal", GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)] : [];

    public DeviceFailure Classify(Device device, Exception exception) => CudaErrors.Classify(exception);
}
