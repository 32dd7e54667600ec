using System.Globalization;

namespace SharedModels.AspNetCore.Problems;

/// <summary>
/// Creates the texts about failures that leave the process. No other class does so. Without exception details, the text depends only on
/// the type and the structured properties of the exception, never on a message.
/// </summary>
internal static class ClientMessage
{
    public static string Of(ModelLeaseException exception, bool includeDetails) =>
        includeDetails ? ExceptionDetails.Of(exception) : Of(exception);

    /// <summary>Returns the message for callers that do not receive a retry header.</summary>
    public static string WithRetry(ModelLeaseException exception, bool includeDetails) =>
        !includeDetails && exception.RetryAfter is { } time
            ? $"{Of(exception)} Try again in {Count(RetryHeader.Seconds(time), "second")}."
            : Of(exception, includeDetails);

    /// <summary>Returns the reason why a model is not available.</summary>
    public static string? OfModel(ModelSnapshot model, bool includeDetails) =>
        model.Error is null || includeDetails ? model.Error : $"{Model(model.Id)} could not be loaded.";

    /// <summary>Returns the reason why a device is out of service.</summary>
    public static string? OfDevice(DeviceSnapshot device, bool includeDetails) =>
        device.Error is null || includeDetails ? device.Error : OutOfService(device.Device);

    /// <summary>Returns the reason for a change. Free text is returned only with exception details.</summary>
    public static string? OfChange(SharedModelsChange change, bool includeDetails) =>
        includeDetails
            || change.Kind is SharedModelsChangeKind.RequestLeft or SharedModelsChangeKind.EvictionStarted
                or SharedModelsChangeKind.BudgetChanged or SharedModelsChangeKind.RolledBack
            ? change.Detail
            : null;

    private static string Of(ModelLeaseException exception) => exception switch
    {
        UnknownModelException => exception.ModelId is { } id ? $"There is no model '{id}'." : "There is no such model.",
        ModelInUseException => $"{Model(exception.ModelId)} is in use.",
        ModelRolledBackException => $"{Model(exception.ModelId)} was rolled back to its old version.",
        DeviceOutOfMemoryException { RetryAfter: null } => $"{Model(exception.ModelId)} does not fit on {Device(exception.Device)}.",
        DeviceOutOfMemoryException => $"{Model(exception.ModelId)} does not fit on {Device(exception.Device)} at the moment.",
        ModelLoadException => $"{Model(exception.ModelId)} could not be loaded.",
        DeviceLostException => exception.Device is { } device ? OutOfService(device) : "The device is out of service.",
        ManagerShuttingDownException => "The server is stopping.",
        LeaseDeadlockException => $"{Model(exception.ModelId)} was not leased because requests would wait for each other.",
        LeaseRejectedException or LeaseTimeoutException => Busy(exception),
        _ => exception.ModelId is { } id ? $"The request for the model '{id}' failed." : "The request for a model failed.",
    };

    private static string Busy(ModelLeaseException exception)
    {
        var subject = exception.ModelId is null ? "The server" : Model(exception.ModelId);
        return exception.QueueLength > 0
            ? $"{subject} is busy. {Count(exception.QueueLength, "request")} {(exception.QueueLength == 1 ? "is" : "are")} waiting."
            : $"{subject} is busy.";
    }

    private static string Model(string? id) => id is null ? "The model" : $"The model '{id}'";

    private static string Device(Device? device) => device is null ? "its device" : $"device {device}";

    private static string OutOfService(Device device) => $"Device {device} is out of service.";

    private static string Count(long number, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {noun}{(number == 1 ? "" : "s")}");
}
