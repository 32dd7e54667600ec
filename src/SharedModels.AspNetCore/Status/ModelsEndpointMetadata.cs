namespace SharedModels.AspNetCore.Status;

/// <summary>Marks the endpoint that returns the state of the models. Its path is the prefix of all <c>MapSharedModels</c> paths.</summary>
internal sealed record ModelsEndpointMetadata(SharedModelsEndpointOptions Options);
