namespace SharedModels.Orleans.Messages;

/// <summary>Converts exceptions to messages and back. The exceptions of this library keep their classes.</summary>
internal static class ModelErrors
{
    /// <summary>Describes an exception of a lease. Its cause is a detail.</summary>
    public static ModelError Of(ModelLeaseException exception, string node, bool hasDetails) => new()
    {
        Kind = exception.GetType().Name,
        Message = exception.Message,
        Model = exception.ModelId,
        Node = node,
        Device = exception.Device?.ToString(),
        QueueLength = exception.QueueLength,
        RetryAfter = exception.RetryAfter,
        Bytes = exception is DeviceOutOfMemoryException { RequiredBytes: var required } ? required : 0,
        MaxBytes = exception is DeviceOutOfMemoryException { BudgetBytes: var budget } ? budget : 0,
        FreeBytes = exception is DeviceOutOfMemoryException { FreeBytes: var free } ? free : 0,
        HeldBy = exception is DeviceOutOfMemoryException { HeldBy: var holders } ? [.. holders] : [],
        Type = hasDetails ? exception.InnerException?.GetType().FullName : null,
        Details = hasDetails ? exception.InnerException?.ToString() : null,
    };

    /// <summary>Describes an exception that a model has thrown.</summary>
    public static ModelError Of(Exception exception, string model, string node, bool hasDetails) => exception switch
    {
        ModelLeaseException lease => Of(lease, node, hasDetails),
        RemotePayloadException payload => new()
        {
            Kind = nameof(RemotePayloadException),
            Message = payload.Message,
            Bytes = payload.Bytes,
            MaxBytes = payload.MaxBytes,
        },
        _ => new()
        {
            Kind = nameof(RemoteModelException),
            Message = hasDetails
                ? $"Model '{model}' threw {exception.GetType().FullName} on node {node}: {exception.Message}"
                : $"Model '{model}' threw an exception on node {node}, which has logged it. Set "
                    + $"{nameof(RemoteModelOptions)}.{nameof(RemoteModelOptions.IncludeExceptionDetails)} on the nodes to receive it.",
            Model = model,
            Node = node,
            Type = hasDetails ? exception.GetType().FullName : null,
            Details = hasDetails ? exception.ToString() : null,
        },
    };

    /// <summary>Creates the exception for the caller.</summary>
    public static Exception ToException(ModelError error)
    {
        var (message, node) = (error.Message, error.Node);
        var subject = new LeaseFailureSubject(
            error.Model, Device.TryParse(error.Device, out var device) ? device : null, error.QueueLength, error.RetryAfter);
        var cause = error.Details is null ? null : CreateModelException($"{error.Type} on node {node}: {error.Details}");
        return error.Kind switch
        {
            nameof(RemoteModelException) => CreateModelException(message),
            nameof(RemotePayloadException) => new RemotePayloadException(message) { Bytes = error.Bytes, MaxBytes = error.MaxBytes },
            nameof(DeviceOutOfMemoryException) => new DeviceOutOfMemoryException(message, cause)
            {
                Subject = subject,
                RequiredBytes = error.Bytes,
                BudgetBytes = error.MaxBytes,
                FreeBytes = error.FreeBytes,
                HeldBy = error.HeldBy,
            },
            nameof(LeaseRejectedException) => new LeaseRejectedException(message, cause) { Subject = subject },
            nameof(LeaseTimeoutException) => new LeaseTimeoutException(message, cause) { Subject = subject },
            nameof(LeaseDeadlockException) => new LeaseDeadlockException(message, cause) { Subject = subject },
            nameof(ModelLoadException) => new ModelLoadException(message, cause) { Subject = subject },
            nameof(DeviceLostException) => new DeviceLostException(message, cause) { Subject = subject },
            nameof(UnknownModelException) => new UnknownModelException(message, cause) { Subject = subject },
            nameof(ManagerShuttingDownException) => new ManagerShuttingDownException(message, cause) { Subject = subject },
            nameof(ModelInUseException) => new ModelInUseException(message, cause) { Subject = subject },
            nameof(ModelRolledBackException) => new ModelRolledBackException(message, cause) { Subject = subject },
            _ => new ModelLeaseException(message, cause) { Subject = subject },
        };

        RemoteModelException CreateModelException(string text) => new(text)
        {
            ModelId = error.Model, Node = node, RemoteType = error.Type, RemoteDetails = error.Details,
        };
    }
}
