namespace SharedModels.Generators.Model;

/// <summary>Which packages the compilation references.</summary>
/// <param name="IsApplication">Whether the manager is among them.</param>
/// <param name="HasTorch">Whether the adapter for TorchSharp is.</param>
internal sealed record Packages(bool IsApplication, bool HasTorch);
