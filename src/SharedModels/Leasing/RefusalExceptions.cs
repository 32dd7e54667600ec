using System.Globalization;
using SharedModels.Scheduling;
using SharedModels.Scheduling.Decisions;

namespace SharedModels.Leasing;

/// <summary>Turns the scheduler's refusals into exceptions that say what happened and what to do.</summary>
internal static class RefusalExceptions
{
    public static ModelLeaseException ToException(this Refusal refusal, string modelId, TimeSpan timeout)
    {
        var device = refusal.Device?.ToString() ?? "its device";
        return refusal.Reason switch
        {
            RefusalReason.QueueFull => new LeaseRejectedException(
                $"The request for model '{modelId}' was refused: {refusal.QueueLength} requests wait for device {device} already "
                + $"(SharedModels:Leasing:MaxQueueLength); {Held(refusal)}. Try again later, raise the limit, or add a device.")
            {
                ModelId = modelId, Device = refusal.Device, QueueLength = refusal.QueueLength, RetryAfter = refusal.RetryAfter,
            },
            RefusalReason.TooLate => new LeaseRejectedException(
                $"The request for model '{modelId}' was refused because its timeout of {Seconds(timeout)} is shorter than it would wait on device {device}, as loads, moves and "
                + $"holds took before; {Held(refusal)}, {refusal.QueueLength} requests wait. Give it more time, or try again later.")
            {
                ModelId = modelId, Device = refusal.Device, QueueLength = refusal.QueueLength, RetryAfter = refusal.RetryAfter,
            },
            RefusalReason.TimedOut => new LeaseTimeoutException(
                $"No lease on model '{modelId}' within {Seconds(timeout)} (SharedModels:Leasing:AcquireTimeout, or the request's own): {Held(refusal)} on device {device}, "
                + $"{refusal.QueueLength} requests wait. Raise the timeout, or add a device.")
            {
                ModelId = modelId, Device = refusal.Device, QueueLength = refusal.QueueLength, RetryAfter = refusal.RetryAfter,
            },
            RefusalReason.LoadFailed => new ModelLoadException(
                $"Model '{modelId}' could not be loaded: {refusal.Cause?.Message} It is tried again for the first request after {Seconds(refusal.RetryAfter!.Value)}.",
                refusal.Cause)
            {
                ModelId = modelId, Device = refusal.Device, RetryAfter = refusal.RetryAfter,
            },
            RefusalReason.OutOfMemory => new DeviceOutOfMemoryException(
                $"Model '{modelId}' did not fit on device {device} although every idle model had left: it needs {refusal.RequiredBytes:N0} bytes, {refusal.FreeBytes:N0} of the budget of "
                + $"{refusal.BudgetBytes:N0} bytes were free, and {Held(refusal.HeldModels)}. Something else takes the device's memory: lower SharedModels:Devices:{device}:MemoryBudget "
                + $"to what is really there, or end the other. It is tried again for the first request after {Seconds(refusal.RetryAfter!.Value)}.",
                refusal.Cause)
            {
                ModelId = modelId,
                Device = refusal.Device,
                RetryAfter = refusal.RetryAfter,
                RequiredBytes = refusal.RequiredBytes,
                BudgetBytes = refusal.BudgetBytes,
                FreeBytes = refusal.FreeBytes,
                HeldBy = refusal.HeldModels,
            },
            RefusalReason.NeverFits => new DeviceOutOfMemoryException(
                $"Model '{modelId}' can never fit on device {device}: with what cannot make room for it, {refusal.RequiredBytes:N0} bytes are needed of a budget of "
                + $"{refusal.BudgetBytes:N0} bytes. Raise SharedModels:Devices:{device}:MemoryBudget, or take another device.")
            {
                ModelId = modelId, Device = refusal.Device, RequiredBytes = refusal.RequiredBytes, BudgetBytes = refusal.BudgetBytes,
            },
            RefusalReason.DeviceLost => new DeviceLostException(
                $"Device {device} is lost, and no other one serves model '{modelId}': {refusal.Cause?.Message} It is probed again in {Seconds(refusal.RetryAfter!.Value)}. "
                + "Add a device, or allow the CPU with SharedModels:Leasing:CpuFallback.",
                refusal.Cause)
            {
                ModelId = modelId, Device = refusal.Device, RetryAfter = refusal.RetryAfter,
            },
            RefusalReason.Deadlock => new LeaseDeadlockException(
                $"The request for model '{modelId}' would wait for ever: {refusal.Cycle}. Give back what is held first, acquire models in the same order everywhere, "
                + $"or all at once with {nameof(ISharedModelManager.AcquireAllAsync)}.")
            {
                ModelId = modelId, Device = refusal.Device, QueueLength = refusal.QueueLength,
            },
            RefusalReason.NoDevice => new ModelLeaseException(
                $"Model '{modelId}' wants an accelerator, and this machine has none, or the class is no ISharedModel and runs on the CPU alone. "
                + $"Set SharedModels:Models:{modelId}:Device to Auto or Cpu, or add the package of an accelerator.")
            {
                ModelId = modelId,
            },
            _ => new ManagerShuttingDownException($"The request for model '{modelId}' was refused because the application is stopping.") { ModelId = modelId },
        };
    }

    private static string Held(Refusal refusal) =>
        refusal.HeldModels.Count == 0 ? "no model is in use" : $"model {string.Join(", ", refusal.HeldModels)} is in use since {Seconds(refusal.HeldFor)}";

    private static string Held(IReadOnlyList<string> models) => models.Count == 0 ? "no model was in use" : $"{string.Join(", ", models)} could not leave, being in use";

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s");
}
