namespace SharedModels.AspNetCore.Endpoints;

/// <summary>Says that gRPC services acquire their leases, as the package for gRPC sees to.</summary>
internal sealed class GrpcModelLeases;
