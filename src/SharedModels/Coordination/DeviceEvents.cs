using System.Globalization;
using SharedModels.Devices;
using SharedModels.Scheduling;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Placement;

namespace SharedModels.Coordination;

/// <summary>Passes events of the device providers to the scheduler.</summary>
internal sealed class DeviceEvents(DeviceCatalog devices, SchedulerGate gate, ChangeFeed changes)
{
    public void Subscribe() => devices.Subscribe(OnLost, OnMemoryChanged);

    public void Unsubscribe() => devices.Unsubscribe(OnLost, OnMemoryChanged);

    private void OnLost(object? sender, DeviceLostEventArgs lost)
    {
        if (Find(lost.Device) is { } device)
            gate.Enter((device, Failure: Failure.Of(lost.Cause)), static (scheduler, now, loss) =>
                scheduler.LoseDevice(loss.device, loss.Failure, now));
    }

    private void OnMemoryChanged(object? sender, DeviceMemoryEventArgs memory)
    {
        if (Find(memory.Device) is { } device)
            gate.Enter((Events: this, device, memory.MemoryBytes), static (scheduler, now, change) =>
                change.Events.ChangeMemory(scheduler, change.device, change.MemoryBytes, now));
    }

    private void ChangeMemory(LeaseScheduler scheduler, ScheduledDevice device, long bytes, long now)
    {
        if (!devices.SetAvailableMemory(device, bytes))
            return;
        changes.NoteDevice(
            SharedModelsChangeKind.BudgetChanged, device, now, device.Memory.BudgetBytes.ToString(CultureInfo.InvariantCulture));
        scheduler.Reconfigure(scheduler.Policy, now);
    }

    private ScheduledDevice? Find(Device name) => devices.Devices.Find(device => device.Device == name);
}
