namespace SharedModels.AspNetCore.Endpoints;

/// <summary>Marks a hub or a gRPC service, whose calls acquire their own leases. The request of a hub may last for days.</summary>
internal sealed class LeasesOfCalls;
