using FsCheck;
using FsCheck.Fluent;

namespace SharedModels.Tests.Devices;

public sealed class DeviceTests
{
    [Theory]
    [InlineData("cpu", "cpu", 0)]
    [InlineData("mps", "mps", 0)]
    [InlineData("cuda", "cuda", 0)]
    [InlineData("cuda:0", "cuda", 0)]
    [InlineData("cuda:17", "cuda", 17)]
    [InlineData("fake2:1", "fake2", 1)]
    public void Names_are_read(string text, string kind, int index)
    {
        var device = Device.Parse(text);
        Assert.Equal((kind, index), (device.Kind, device.Index));
        Assert.True(Device.TryParse(text, out var same));
        Assert.Equal(device, same);
        Assert.True(device == same);
        Assert.Equal(device.GetHashCode(), same.GetHashCode());
    }

    [Theory]
    [InlineData("")]
    [InlineData("CUDA:0")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda: 1")]
    [InlineData("cuda:99999999999")]
    [InlineData("cpu:0")]
    [InlineData("mps:0")]
    [InlineData("0cuda")]
    [InlineData("cuda:0:1")]
    [InlineData("cu`da")]
    public void An_invalid_name_is_rejected_with_the_remedy(string text)
    {
        Assert.False(Device.TryParse(text, out _));
        Assert.Contains(
            $"'{text}' is not a device", Assert.Throws<FormatException>(() => Device.Parse(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Null_is_not_a_name() => Assert.False(Device.TryParse(null, out _));

    [Fact]
    public void Parse_and_ToString_round_trip() => Prop.ForAll<NonNegativeInt, bool>((index, isSingle) =>
    {
        var device = isSingle ? Device.Mps : Device.Cuda(index.Get);
        return Device.Parse(device.ToString()) == device;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_default_is_the_cpu()
    {
        Assert.Equal(Device.Cpu, default);
        Assert.True(new Device("cpu").IsCpu);
        Assert.Equal(Device.Cpu, new Device("cpu"));
        Assert.Equal("cpu", default(Device).ToString());
        Assert.True(Device.Cuda(0) != Device.Cpu);
    }

    [Fact]
    public void A_device_with_invalid_parts_cannot_be_created()
    {
        Assert.Throws<ArgumentException>(() => new Device("Cuda"));
        Assert.Throws<ArgumentOutOfRangeException>(() => Device.Cuda(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Device("cpu", 1));
    }
}
