using SharedModels.Configuration;

namespace SharedModels.Registration;

/// <summary>A model that is registered in the container before the manager exists.</summary>
internal sealed record ModelRegistration(string Id, Type Type, Func<IServiceProvider, object> Factory, ModelOptions Defaults)
{
    /// <summary>Indicates whether the factory creates an <see cref="IModelAdapter"/> for the type.</summary>
    public bool IsAdapted { get; init; }
}
