namespace SharedModels.AspNetCore.Status;

/// <summary>Marks the endpoint that tells the models' state, below which the others of <c>MapSharedModels</c> are.</summary>
internal sealed class ModelsEndpointMetadata;
