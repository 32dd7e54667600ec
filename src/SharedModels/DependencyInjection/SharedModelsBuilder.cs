using Microsoft.Extensions.DependencyInjection;

namespace SharedModels.DependencyInjection;

/// <inheritdoc cref="ISharedModelsBuilder"/>
internal sealed class SharedModelsBuilder(IServiceCollection services) : ISharedModelsBuilder
{
    public IServiceCollection Services { get; } = services;
}
