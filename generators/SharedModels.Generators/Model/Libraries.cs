namespace SharedModels.Generators.Model;

/// <summary>What the referenced libraries have for the generator.</summary>
/// <param name="Models">The models that they export, in the order of the libraries' names.</param>
/// <param name="HasManager">Whether the manager is among them, which makes an application.</param>
/// <param name="HasTorch">Whether the adapter for TorchSharp is.</param>
internal sealed record Libraries(EquatableArray<ModelClass> Models, bool HasManager, bool HasTorch);
