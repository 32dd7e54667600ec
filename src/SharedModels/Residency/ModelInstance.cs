using Microsoft.Extensions.DependencyInjection;

namespace SharedModels.Residency;

/// <summary>A model's object, with the scope of the services that it depends on. The scope lives as long as the object.</summary>
internal sealed class ModelInstance(object model, AsyncServiceScope? services)
{
    public object Model { get; } = model;

    /// <summary>The object that leases provide: the object itself, or the model that it adapts.</summary>
    public object Leased => Model is IModelAdapter adapter ? adapter.Model : Model;

    public static async Task<ModelInstance> CreateAsync(Func<IServiceProvider, object> factory, IServiceScopeFactory? scopes)
    {
        AsyncServiceScope? services = scopes?.CreateAsyncScope();
        try
        {
            return new(factory(services?.ServiceProvider ?? NoServices.Instance), services);
        }
        catch
        {
            if (services is { } scope)
                await scope.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async Task FreeAsync()
    {
        try
        {
            if (Model is IPlacedModel placed)
                await placed.RemoveAsync().ConfigureAwait(false);
        }
        finally
        {
            await DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task DisposeAsync()
    {
        try
        {
            if (Model is IAsyncDisposable asyncDisposable)
                await asyncDisposable.DisposeAsync().ConfigureAwait(false);
            else
                (Model as IDisposable)?.Dispose();
        }
        finally
        {
            if (services is { } scope)
                await scope.DisposeAsync().ConfigureAwait(false);
        }
    }
}
