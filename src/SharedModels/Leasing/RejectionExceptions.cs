using System.Globalization;
using SharedModels.Scheduling.Decisions;

namespace SharedModels.Leasing;

/// <summary>Converts the scheduler's rejections to exceptions that describe the error and its remedy.</summary>
internal static class RejectionExceptions
{
    public static ModelLeaseException ToException(this Rejection rejection, string modelId, TimeSpan timeout)
    {
        var device = rejection.Device?.ToString() ?? "its device";
        var queueLength = rejection.QueueLength;
        var subject = new LeaseFailureSubject(modelId, rejection.Device, queueLength, rejection.RetryAfter);
        return rejection.Reason switch
        {
            RejectionReason.QueueFull => new LeaseRejectedException(
                $"The request for model '{modelId}' was rejected because {Requests(queueLength)} waiting for device {device} and no more "
                + $"are allowed (SharedModels:Leasing:MaxQueueLength); {Held(rejection)}. Try again later, raise the limit, or add a "
                + "device.") { Subject = subject },
            RejectionReason.TooLate => new LeaseRejectedException(
                $"The request for model '{modelId}' was rejected because it is expected to wait longer than its timeout of "
                + $"{Seconds(timeout)} on device {device}, based on earlier loads, moves and holds: {Held(rejection)} and "
                + $"{Requests(queueLength)} waiting. Increase the timeout, or try again later.") { Subject = subject },
            RejectionReason.TimedOut => new LeaseTimeoutException(
                $"Timed out after {Seconds(timeout)} waiting for model '{modelId}' (SharedModels:Leasing:AcquireTimeout, or the request's "
                + $"own timeout): {Held(rejection)} on device {device} and {Requests(queueLength)} waiting. Increase the timeout, or add a "
                + "device.") { Subject = subject },
            RejectionReason.LoadFailed => new ModelLoadException(
                $"Model '{modelId}' could not be loaded: {rejection.Cause?.Summary} {Retry(rejection)}",
                rejection.Cause?.Exception) { Subject = subject },
            RejectionReason.OutOfMemory => new DeviceOutOfMemoryException(
                $"Model '{modelId}' did not fit on device {device} although every idle model was evicted: it needs "
                + $"{rejection.RequiredBytes:N0} bytes, {rejection.FreeBytes:N0} of the budget of {rejection.BudgetBytes:N0} bytes were "
                + $"free, and {Held(rejection.HeldModels)}. Other code uses the memory. Lower "
                + $"SharedModels:Devices:{device}:MemoryBudget to what is available, or end the other process. {Retry(rejection)}",
                rejection.Cause?.Exception)
            {
                Subject = subject,
                RequiredBytes = rejection.RequiredBytes,
                BudgetBytes = rejection.BudgetBytes,
                FreeBytes = rejection.FreeBytes,
                HeldBy = rejection.HeldModels,
            },
            RejectionReason.NeverFits => new DeviceOutOfMemoryException(
                $"Model '{modelId}' can never fit on device {device}: together with the models that cannot be evicted for it, it needs "
                + $"{rejection.RequiredBytes:N0} bytes of a budget of {rejection.BudgetBytes:N0} bytes. Raise "
                + $"SharedModels:Devices:{device}:MemoryBudget, or use another device.")
            {
                Subject = subject, RequiredBytes = rejection.RequiredBytes, BudgetBytes = rejection.BudgetBytes,
            },
            RejectionReason.DoesNotFitNow => new DeviceOutOfMemoryException(
                $"Model '{modelId}' does not fit on device {device} now: together with the models that cannot be evicted for it, it needs "
                + $"{rejection.RequiredBytes:N0} bytes, and other processes leave {rejection.BudgetBytes:N0} bytes to models "
                + $"(SharedModels:Devices:{device}:MemoryBudget is auto). Try again later, end the other processes, or use another device.")
            {
                Subject = subject, RequiredBytes = rejection.RequiredBytes, BudgetBytes = rejection.BudgetBytes,
            },
            RejectionReason.DeviceLost => new DeviceLostException(
                $"Device {device} is lost, and no other device can serve model '{modelId}': {rejection.Cause?.Summary} The device will "
                + $"be probed again in {Seconds(rejection.RetryAfter!.Value)}. Add a device, or allow the CPU with "
                + "SharedModels:Leasing:CpuFallback.",
                rejection.Cause?.Exception) { Subject = subject },
            RejectionReason.Deadlock => new LeaseDeadlockException(
                $"The request for model '{modelId}' would wait indefinitely: {rejection.Cycle}. Create leases that are held together in "
                + $"one scope ({nameof(ISharedModelManager.CreateScope)}) and acquire them together with "
                + $"{nameof(ISharedModelManager.AcquireAllAsync)}, or release held leases first.") { Subject = subject },
            RejectionReason.NoDevice => new ModelLeaseException(
                $"Model '{modelId}' requires an accelerator, but this machine has none that it can use, or its class is not an "
                + $"ISharedModel and runs only on the CPU. Set SharedModels:Models:{modelId}:Device to Auto or Cpu, or add the package of "
                + "an accelerator.")
            {
                ModelId = modelId,
            },
            RejectionReason.Removed => new UnknownModelException($"Model '{modelId}' was removed.") { ModelId = modelId },
            _ => new ManagerShuttingDownException($"The request for model '{modelId}' was rejected because the application is stopping.")
            {
                ModelId = modelId,
            },
        };
    }

    private static string Retry(Rejection rejection) => rejection.RetryAfter is { } time
        ? $"The first request after {Seconds(time)} will try again."
        : "Waiting does not help. Fix the cause. Later requests will try again.";

    private static string Requests(int count) => count == 1 ? "1 request is" : $"{count} requests are";

    private static string Held(Rejection rejection) => rejection.HeldModels.Count switch
    {
        0 => "no model is in use",
        1 => $"model {Names(rejection.HeldModels)} has been in use for {Seconds(rejection.HeldFor)}",
        _ => $"models {Names(rejection.HeldModels)} have been in use for up to {Seconds(rejection.HeldFor)}",
    };

    private static string Held(IReadOnlyList<string> models) => models.Count switch
    {
        0 => "no model was in use",
        1 => $"model {Names(models)} could not be evicted because it is in use",
        _ => $"models {Names(models)} could not be evicted because they are in use",
    };

    private static string Names(IEnumerable<string> models) => string.Join(", ", models.Select(static model => $"'{model}'"));

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s");
}
