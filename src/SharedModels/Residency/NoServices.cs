namespace SharedModels.Residency;

/// <summary>The empty service provider of a manager without a container.</summary>
internal sealed class NoServices : IServiceProvider
{
    public static NoServices Instance { get; } = new();

    public object? GetService(Type serviceType) => null;
}
