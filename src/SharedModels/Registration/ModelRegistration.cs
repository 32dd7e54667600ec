using SharedModels.Configuration;

namespace SharedModels.Registration;

/// <summary>What the container knows of a model before there is a manager.</summary>
internal sealed record ModelRegistration(string Id, Type Type, Func<IServiceProvider, object> Factory, ModelOptions Defaults)
{
    /// <summary>Whether the factory makes an <see cref="IModelAdapter"/> for the type.</summary>
    public bool IsAdapted { get; init; }
}
