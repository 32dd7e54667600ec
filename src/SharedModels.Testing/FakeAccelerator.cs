using System.Diagnostics.CodeAnalysis;
using SharedModels.Devices;

namespace SharedModels.Testing;

/// <summary>A fake accelerator with one or more devices (<c>fake:0</c>, …), each with its own memory and switches.</summary>
/// <remarks>
/// Register it as an <see cref="IDeviceProvider"/> and pass it to the <see cref="FakeModel"/>s. They use its memory and transfer time and
/// are affected by its faults. All members are thread-safe.
/// </remarks>
/// <example>
/// <code>
/// var accelerator = new FakeAccelerator(memoryBytes: 100);
/// await using var manager = new SharedModelManager(null, [accelerator]);
/// manager.Add(new FakeModel(60, accelerator: accelerator), "a");
/// accelerator.Lose();
/// </code>
/// </example>
public sealed class FakeAccelerator : IDeviceProvider
{
    private readonly FakeDevice[] _devices;

    /// <summary>Creates working devices.</summary>
    /// <param name="memoryBytes">
    /// The reported bytes of memory of each device. <see cref="FakeDevice.PhysicalBytes"/> can be set to less.
    /// </param>
    /// <param name="count">The number of devices.</param>
    /// <param name="bytesPerSecond">The transfer rate of moves. By default, moves take no time.</param>
    /// <param name="time">The clock that moves use. The default is the system's clock.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative, or <paramref name="bytesPerSecond"/> is 0.</exception>
    public FakeAccelerator(long memoryBytes, int count = 1, double bytesPerSecond = double.PositiveInfinity, TimeProvider? time = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(memoryBytes);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        _devices = [.. Enumerable.Range(0, count).Select(
            index => new FakeDevice(new Device("fake", index), memoryBytes, bytesPerSecond, time ?? TimeProvider.System))];
    }

    /// <inheritdoc/>
    public event EventHandler<DeviceLostEventArgs>? DeviceLost;

    /// <inheritdoc/>
    public event EventHandler<DeviceMemoryEventArgs>? MemoryChanged;

    /// <summary>The first device, <c>fake:0</c>.</summary>
    public static Device Device { get; } = new("fake");

    /// <summary>Returns one of the devices.</summary>
    /// <param name="index">The index of the device, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such device.</exception>
    public FakeDevice this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, _devices.Length);
            return _devices[index];
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<DeviceInfo> GetDevices() =>
        [.. _devices.Select(static device =>
            new DeviceInfo(device.Device, $"Fake accelerator {device.Device.Index}", device.MemoryBytes)
            {
                MaxMemoryBytes = device.MemoryBytes,
            })];

    /// <summary>
    /// Simulates the loss of a device and reports it: <see cref="DeviceLost"/> is raised, and the device's contents are gone until
    /// <see cref="Return"/>.
    /// </summary>
    /// <param name="device">The device, or <see langword="null"/> for all of them.</param>
    /// <param name="cause">The cause that is reported to users.</param>
    /// <exception cref="ArgumentException"><paramref name="device"/> is not one of these devices.</exception>
    public void Lose(Device? device = null, Exception? cause = null)
    {
        foreach (var lost in Select(device))
            DeviceLost?.Invoke(this, new(lost.Device, lost.Break(cause)));
    }

    /// <summary>Simulates the loss of a device without reporting it. Models and probes fail, and only these failures reveal it.</summary>
    /// <param name="device">The device, or <see langword="null"/> for all of them.</param>
    /// <param name="cause">The cause that is reported to users.</param>
    /// <exception cref="ArgumentException"><paramref name="device"/> is not one of these devices.</exception>
    public void Break(Device? device = null, Exception? cause = null)
    {
        foreach (var broken in Select(device))
            broken.Break(cause);
    }

    /// <summary>
    /// Reports that other processes leave more or less memory to models than before. Raises <see cref="MemoryChanged"/>, which a manager
    /// with the <c>MemoryBudget</c> <c>auto</c> follows. <see cref="FakeDevice.PhysicalBytes"/> does not change.
    /// </summary>
    /// <param name="memoryBytes">The number of bytes that models can now take.</param>
    /// <param name="device">The device, or <see langword="null"/> for all of them.</param>
    /// <exception cref="ArgumentException"><paramref name="device"/> is not one of these devices.</exception>
    public void ChangeMemory(long memoryBytes, Device? device = null)
    {
        foreach (var changed in Select(device))
            MemoryChanged?.Invoke(this, new(changed.Device, memoryBytes));
    }

    /// <summary>Makes a lost device work again. It is empty.</summary>
    /// <param name="device">The device, or <see langword="null"/> for all of them.</param>
    /// <exception cref="ArgumentException"><paramref name="device"/> is not one of these devices.</exception>
    public void Return(Device? device = null)
    {
        foreach (var returned in Select(device))
            returned.Return();
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException"><paramref name="device"/> is not one of these devices.</exception>
    /// <exception cref="DeviceLostException">The device is lost.</exception>
    public ValueTask ProbeAsync(Device device, CancellationToken cancellationToken) => Select(device)[0].ProbeAsync(cancellationToken);

    internal bool TryGet(Device device, [NotNullWhen(true)] out FakeDevice? fake)
    {
        fake = Array.Find(_devices, candidate => candidate.Device == device);
        return fake is not null;
    }

    private FakeDevice[] Select(Device? device)
    {
        if (device is null)
            return _devices;
        return TryGet(device.Value, out var fake)
            ? [fake]
            : throw new ArgumentException($"There is no fake device '{device}'.", nameof(device));
    }
}
