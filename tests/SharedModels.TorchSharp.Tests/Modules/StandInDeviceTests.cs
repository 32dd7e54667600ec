using SharedModels.TorchSharp.Tests.StandIn;
using TorchSharp;

namespace SharedModels.TorchSharp.Tests.Modules;

public sealed class StandInDeviceTests
{
    [TorchFact]
    public void Tensors_move_to_it_and_back()
    {
        using var tensor = torch.tensor([1f, 2f, 3f, 4f, 5f, 6f]).reshape(2, 3);
        using var there = tensor.to(StandInDevice.Place);
        Assert.Equal(StandInDevice.Place.type, there.device_type);
        using var back = there.to(new torch.Device(DeviceType.CPU));
        Assert.Equal([1f, 2f, 3f, 4f, 5f, 6f], TwoLayers.Read(back));
        Assert.ThrowsAny<Exception>(() => there.add(1));
    }
}
