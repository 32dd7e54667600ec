using TorchSharp;

namespace SharedModels.TorchSharp.Modules;

/// <summary>Converts device names for libtorch.</summary>
internal static class TorchDevices
{
    public static torch.Device Of(Device device) => device.Kind switch
    {
        "cpu" => new(DeviceType.CPU),
        "cuda" => new(DeviceType.CUDA, device.Index),
        "mps" => new(DeviceType.MPS),
        _ => throw new NotSupportedException(
            $"TorchSharp does not support the device {device}. It supports cpu, cuda:0 and further CUDA devices, and mps."),
    };
}
