namespace SharedModels.AspNetCore.Tests.OpenTelemetry;

/// <summary>
/// Runs without other tests in parallel. The exporter merges meters of the same name, so a manager that another test disposes would end the
/// instruments of all.
/// </summary>
[CollectionDefinition(nameof(OtlpCollection), DisableParallelization = true)]
public sealed class OtlpCollection;
