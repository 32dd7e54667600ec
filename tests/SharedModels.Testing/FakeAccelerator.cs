using SharedModels.Devices;

namespace SharedModels.Testing;

/// <summary>An accelerator that exists on paper alone: <c>fake:0</c>, or several.</summary>
/// <param name="memoryBytes">Bytes of memory of each.</param>
/// <param name="count">How many there are.</param>
public sealed class FakeAccelerator(long memoryBytes, int count = 1) : IDeviceProvider
{
    /// <summary>The first one: <c>fake:0</c>.</summary>
    public static Device Device { get; } = new("fake");

    /// <inheritdoc/>
    public IReadOnlyList<DeviceInfo> GetDevices() =>
        [.. Enumerable.Range(0, count).Select(index => new DeviceInfo(new Device("fake", index), $"Fake accelerator {index}", memoryBytes))];
}
