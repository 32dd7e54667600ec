using System.Diagnostics.CodeAnalysis;
using SharedModels.Devices;

namespace SharedModels.Testing;

/// <summary>A fake accelerator with one device, <c>fake:0</c>, or several, each with its own memory and switches.</summary>
/// <remarks>
/// Register it as an <see cref="IDeviceProvider"/> and hand it to the <see cref="FakeModel"/>s: they take its memory and time, and feel its
/// faults. All members are safe for use by many threads.
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

    /// <summary>Creates devices that work.</summary>
    /// <param name="memoryBytes">Bytes of memory of each, as announced; <see cref="FakeDevice.PhysicalBytes"/> may be made less.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="bytesPerSecond">How fast models move; unless given, moves take no time.</param>
    /// <param name="time">The clock by which moves take time; the system's unless given.</param>
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

    /// <summary>The first one: <c>fake:0</c>.</summary>
    public static Device Device { get; } = new("fake");

    /// <summary>One of the devices.</summary>
    /// <param name="index">Which, from 0.</param>
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
    /// Has a device lost, and says so: <see cref="DeviceLost"/> is raised, and what was on it is gone until <see cref="Return"/>.
    /// </summary>
    /// <param name="device">Which; every one unless given.</param>
    /// <param name="cause">What users shall see as the cause.</param>
    /// <exception cref="ArgumentException"><paramref name="device"/> is none of these.</exception>
    public void Lose(Device? device = null, Exception? cause = null)
    {
        foreach (var lost in Select(device))
            DeviceLost?.Invoke(this, new(lost.Device, lost.Break(cause)));
    }

    /// <summary>Has a device lost in silence: only what models and probes throw tells of it.</summary>
    /// <param name="device">Which; every one unless given.</param>
    /// <param name="cause">What users shall see as the cause.</param>
    /// <exception cref="ArgumentException"><paramref name="device"/> is none of these.</exception>
    public void Break(Device? device = null, Exception? cause = null)
    {
        foreach (var broken in Select(device))
            broken.Break(cause);
    }

    /// <summary>
    /// Reports that other processes leave models more or less memory than before: <see cref="MemoryChanged"/> is raised, which a manager
    /// whose <c>MemoryBudget</c> is <c>auto</c> follows. <see cref="FakeDevice.PhysicalBytes"/> stays as it is.
    /// </summary>
    /// <param name="memoryBytes">The bytes of memory that models may take now.</param>
    /// <param name="device">The device, or <see langword="null"/> for all of them.</param>
    /// <exception cref="ArgumentException"><paramref name="device"/> is none of these.</exception>
    public void ChangeMemory(long memoryBytes, Device? device = null)
    {
        foreach (var changed in Select(device))
            MemoryChanged?.Invoke(this, new(changed.Device, memoryBytes));
    }

    /// <summary>Lets a lost device work again, with nothing on it.</summary>
    /// <param name="device">Which; every one unless given.</param>
    /// <exception cref="ArgumentException"><paramref name="device"/> is none of these.</exception>
    public void Return(Device? device = null)
    {
        foreach (var returned in Select(device))
            returned.Return();
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException"><paramref name="device"/> is none of these.</exception>
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
