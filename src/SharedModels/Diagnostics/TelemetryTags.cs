namespace SharedModels.Diagnostics;

/// <summary>The names of tags, the same for metrics and activities. The properties of log messages have these names, too.</summary>
internal static class TelemetryTags
{
    public const string Model = "model";
    public const string Device = "device";
    public const string Outcome = "outcome";
    public const string Direction = "direction";
    public const string Reason = "reason";
    public const string Node = "node";
    public const string State = "state";
    public const string Attempts = "attempts";
    public const string WaitExpected = "wait.expected";
    public const string WaitActual = "wait.actual";
    public const string BatchSize = "batch.size";

    /// <summary>The full name of an exception's type: https://opentelemetry.io/docs/specs/semconv/registry/attributes/error</summary>
    public const string ErrorType = "error.type";
}
