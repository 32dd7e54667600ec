namespace SharedModels.Devices;

/// <summary>Tells which devices of its kinds the machine has; register one in the container for each kind of accelerator.</summary>
public interface IDeviceProvider
{
    /// <summary>Lists the devices; called once, when the manager is constructed.</summary>
    /// <returns>The devices; none if the machine has none or their driver is missing.</returns>
    IReadOnlyList<DeviceInfo> GetDevices();
}
