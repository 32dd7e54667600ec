namespace SharedModels.AspNetCore.Endpoints;

/// <summary>Marks that the gRPC package is registered, which acquires the leases of gRPC services.</summary>
internal sealed class GrpcModelLeases;
