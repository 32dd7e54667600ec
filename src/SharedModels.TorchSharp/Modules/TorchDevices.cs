using TorchSharp;

namespace SharedModels.TorchSharp.Modules;

/// <summary>Translates names of devices for libtorch.</summary>
internal static class TorchDevices
{
    public static torch.Device Of(Device device) => device.Kind switch
    {
        "cpu" => new(DeviceType.CPU),
        "cuda" => new(DeviceType.CUDA, device.Index),
        "mps" => new(DeviceType.MPS),
        _ => throw new NotSupportedException($"TorchSharp has no device {device}; it has cpu, cuda:0 and further ones, and mps."),
    };
}
