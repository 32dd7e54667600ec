namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers shared models. Returned by <c>AddSharedModels</c>.</summary>
public interface ISharedModelsBuilder
{
    /// <summary>The application's services.</summary>
    IServiceCollection Services { get; }
}
