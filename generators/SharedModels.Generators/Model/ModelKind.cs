namespace SharedModels.Generators.Model;

/// <summary>The members of <c>SharedModelKind</c>.</summary>
internal static class ModelKind
{
    public const string HostOnly = nameof(HostOnly);
    public const string SharedModel = nameof(SharedModel);
    public const string PlacedModel = nameof(PlacedModel);
    public const string TorchModule = nameof(TorchModule);
}
