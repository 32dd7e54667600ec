namespace SharedModels.AspNetCore.Endpoints;

/// <summary>Marks a hub or a gRPC service: its calls acquire their leases themselves, and a hub's request may last for days.</summary>
internal sealed class LeasesOfCalls;
