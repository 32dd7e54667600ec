namespace SharedModels.Generators.Model;

/// <summary>The contents of the referenced libraries that the generator needs.</summary>
/// <param name="Models">The exported models, ordered by library name.</param>
/// <param name="HasManager">True if the manager is referenced, which makes the project an application.</param>
/// <param name="HasTorch">True if the adapter for TorchSharp is referenced.</param>
internal sealed record Libraries(EquatableArray<ModelClass> Models, bool HasManager, bool HasTorch);
