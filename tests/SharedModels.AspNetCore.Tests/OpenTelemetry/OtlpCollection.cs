namespace SharedModels.AspNetCore.Tests.OpenTelemetry;

/// <summary>
/// Runs alone: the exporter joins meters of one name, and a manager that another test disposes would end the instruments of all.
/// </summary>
[CollectionDefinition(nameof(OtlpCollection), DisableParallelization = true)]
public sealed class OtlpCollection;
