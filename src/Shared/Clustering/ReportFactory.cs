using SharedModels.Routing;

namespace SharedModels.Clustering;

/// <summary>Converts snapshots of the manager to reports.</summary>
internal static class ReportFactory
{
    /// <summary>Creates a complete report.</summary>
    /// <param name="snapshot">The state of the manager.</param>
    /// <param name="estimate">Estimates the wait of a request for a model.</param>
    /// <param name="instance">The number of the application's start.</param>
    /// <param name="number">The number of the report.</param>
    /// <param name="isDraining">True if the application is stopping.</param>
    public static NodeReport Create(
        SharedModelsSnapshot snapshot, Func<string, ModelWaitEstimate> estimate, long instance, long number, bool isDraining) => new()
    {
        Node = "",
        Instance = instance,
        Number = number,
        IsComplete = true,
        IsDraining = isDraining || snapshot.IsShuttingDown,
        LoadWait = Sum(snapshot.Models
            .Where(static model => model.Residency == ModelResidency.Loading)
            .Select(model => estimate(model.Id).Arrival)),
        Serves = [.. snapshot.Models.Select(static model => model.Id)],
        Devices = CreateDevices(snapshot),
        Models = [.. snapshot.Models.Where(IsKnown).Select(model => Create(model, estimate))],
    };

    /// <summary>
    /// Returns the devices and the models that have changed since an earlier report of the same instance. An unchanged device shows that
    /// the requests that were sent to it do not wait.
    /// </summary>
    public static NodeReport Changes(NodeReport report, NodeReport earlier)
    {
        if (!report.Serves.SequenceEqual(earlier.Serves))
            return report;
        var models = earlier.Models.ToHashSet();
        var known = report.Models.Select(static model => model.Model).ToHashSet(StringComparer.Ordinal);

        // A model that was only known because of a failure can become unknown again.
        var forgotten = earlier.Models
            .Where(model => !known.Contains(model.Model))
            .Select(static model => new ModelReport { Model = model.Model });
        return report with
        {
            IsComplete = false,
            Serves = [],
            Models = [.. report.Models.Where(model => !models.Contains(model)), .. forgotten],
        };
    }

    private static DeviceReport[] CreateDevices(SharedModelsSnapshot snapshot) =>
    [
        .. snapshot.Devices.Select(device =>
        {
            var isFree = device.Holders < device.MaxConcurrentHolders && device.QueueLength == 0;
            var holds = isFree ? TimeSpan.Zero : device.TypicalHold * (device.QueueLength + 1) / Math.Max(1, device.MaxConcurrentHolders);
            var swaps = Sum(snapshot.Models
                .Where(model => model.Device == device.Device && model.QueuedRequests > 0 && model.Residency != ModelResidency.OnDevice)
                .Select(static model => model.MoveDuration));
            return new DeviceReport
            {
                Device = device.Device.ToString(),
                Wait = holds + swaps,
                Hold = device.TypicalHold,
                Slots = device.MaxConcurrentHolders,
                Queued = device.QueueLength,
                BudgetBytes = device.BudgetBytes,
                FreeBytes = Math.Max(0, device.BudgetBytes - device.UsedBytes),
                IsUnavailable = device.Error is not null || device.QueueLength >= device.MaxQueueLength,
            };
        }),
    ];

    private static ModelReport Create(ModelSnapshot model, Func<string, ModelWaitEstimate> estimate)
    {
        var isMeasured = model.LoadDuration + model.MoveDuration > TimeSpan.Zero;
        return new()
        {
            Model = model.Id,
            Device = model.Device?.ToString(),
            Presence = model.Residency switch
            {
                ModelResidency.OnDevice => ModelPresence.Resident,
                ModelResidency.Loading or ModelResidency.Moving => ModelPresence.Arriving,
                _ when model.QueuedRequests > 0 => ModelPresence.Arriving,
                ModelResidency.OnHost or ModelResidency.Evicting => ModelPresence.OnHost,
                _ => ModelPresence.Absent,
            },
            Arrival = model.Residency switch
            {
                ModelResidency.OnDevice => TimeSpan.Zero,
                _ when !isMeasured => null,
                ModelResidency.Loading or ModelResidency.Moving => estimate(model.Id).Arrival,
                ModelResidency.OnHost or ModelResidency.Evicting => model.MoveDuration,
                _ => model.LoadDuration + model.MoveDuration,
            },
            LoadTime = isMeasured ? model.LoadDuration + model.MoveDuration : null,
            Bytes = model.Device?.IsCpu == true ? model.Footprint.HostBytes : model.Footprint.DeviceBytes,
            Version = model.Version,
            Queued = model.QueuedRequests,
            IsUnavailable = model.Residency == ModelResidency.Faulted && estimate(model.Id).WouldBeRejected,
        };
    }

    private static bool IsKnown(ModelSnapshot model) =>
        model.Residency != ModelResidency.Registered || model.QueuedRequests > 0 || model.Loads > 0 || model.Error is not null;

    private static TimeSpan Sum(IEnumerable<TimeSpan> times) => TimeSpan.FromTicks(times.Sum(static time => time.Ticks));
}
