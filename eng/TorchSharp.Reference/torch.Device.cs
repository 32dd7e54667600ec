namespace TorchSharp;

public static partial class torch
{
    public class Device
    {
        public Device(DeviceType deviceType, int index = -1) => throw null!;

        public DeviceType type => throw null!;

        public int index => throw null!;
    }
}
