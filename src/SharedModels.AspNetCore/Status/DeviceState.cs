using SharedModels.AspNetCore.Problems;

namespace SharedModels.AspNetCore.Status;

/// <summary>The state of a device in a snapshot.</summary>
/// <param name="Device">The name of the device.</param>
/// <param name="Budget">The bytes that models may use on the device.</param>
/// <param name="Used">The bytes that models use.</param>
/// <param name="Holders">The number of holders on the device.</param>
/// <param name="MaxHolders">The maximum number of concurrent holders.</param>
/// <param name="QueueLength">The number of requests that wait for a model on the device.</param>
/// <param name="MaxQueueLength">The number of waiting requests above which further requests are rejected.</param>
/// <param name="Error">The reason why the device is out of service, if any. It includes the cause only with exception details.</param>
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
