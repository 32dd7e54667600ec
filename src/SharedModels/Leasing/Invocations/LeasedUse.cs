using SharedModels.Devices;
using SharedModels.Leasing.Requests;
using SharedModels.Scheduling.Placement;

namespace SharedModels.Leasing.Invocations;

/// <summary>
/// A use of a leased model that has begun. The model is not released before the use ends. It does not refer to the lease, because a worker
/// can keep its last use alive.
/// </summary>
/// <param name="Record">The lease's record.</param>
/// <param name="ScheduledDevice">The device.</param>
/// <param name="Generation">The generation of the device. A failure after the device has recovered is not a loss.</param>
/// <param name="Worker">The worker that runs the code.</param>
internal sealed record LeasedUse(LeaseRecord Record, ScheduledDevice ScheduledDevice, int Generation, DeviceWorker Worker)
{
    public string ModelId => Record.Model.Id;

    public Device Device => ScheduledDevice.Device;

    /// <summary>Canceled when the lease is lost.</summary>
    public CancellationToken Loss => Record.Loss!.Token;

    /// <summary>Canceled when the lease is disposed.</summary>
    public CancellationToken Disposal => Record.Disposal!.Token;

    /// <summary>Returns the exception for code that was canceled because the lease was lost.</summary>
    public Exception LossException(Exception? cause = null) => ModelLease.LossException(ModelId, Device, Record.LostBy, cause);
}
