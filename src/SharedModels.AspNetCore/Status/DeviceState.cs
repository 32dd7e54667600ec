using SharedModels.AspNetCore.Problems;

namespace SharedModels.AspNetCore.Status;

/// <summary>A device at one moment.</summary>
/// <param name="Device">Its name.</param>
/// <param name="Budget">Bytes that models may take on it.</param>
/// <param name="Used">Bytes that they take.</param>
/// <param name="Holders">Requests that use it.</param>
/// <param name="MaxHolders">Requests that may use it at once.</param>
/// <param name="QueueLength">Requests that wait for a model on it.</param>
/// <param name="MaxQueueLength">Requests that may wait before further ones are rejected.</param>
/// <param name="Error">Why it is out of service, if it is. The cause is part of it only with exception details.</param>
internal sealed record DeviceState(
    string Device, long Budget, long Used, int Holders, int MaxHolders, int QueueLength, int MaxQueueLength, string? Error)
{
    public static DeviceState Create(DeviceSnapshot device, bool includeDetails) => new(
        device.Device.ToString(),
        device.BudgetBytes,
        device.UsedBytes,
        device.Holders,
        device.MaxConcurrentHolders,
        device.QueueLength,
        device.MaxQueueLength,
        ClientMessage.OfDevice(device, includeDetails));
}
