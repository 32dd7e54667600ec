namespace SharedModels.TorchSharp;

/// <summary>A model that is registered as a TorchSharp module.</summary>
internal sealed record TorchModule(string Id);
