using Microsoft.Extensions.DependencyInjection;

namespace SharedModels.Tests.DependencyInjection.Accessors;

/// <summary>A controller: created for each request, with leases that it names where it uses them, or by an attribute.</summary>
internal sealed class GreetingController(ModelLeases leases, [FromKeyedServices(SharedModelIds.GreeterFormal)] IModelLease<Greeter> formal)
{
    public async Task<string> GetAsync(string name, CancellationToken ct)
    {
        await leases.Greeter.AcquireAsync(ct);
        return await leases.Greeter.InvokeAsync(model => model.Greet(name), ct);
    }

    public async Task<string> GetFormalAsync(string name, CancellationToken ct)
    {
        await formal.AcquireAsync(ct);
        return await formal.InvokeAsync(model => model.Greet(name), ct);
    }
}
