namespace SharedModels.Tests.DependencyInjection.Accessors;

/// <summary>An endpoint's handler takes the leases of its request, and the type of the one that it needs if it needs no other.</summary>
internal static class GreetingEndpoint
{
    public static async Task<string> ByMember(string name, ModelLeases leases, CancellationToken ct)
    {
        await leases.Greeter.AcquireAsync(ct);
        return await leases.Greeter.InvokeAsync(model => model.Greet(name), ct);
    }

    public static async Task<string> ByType(string name, IModelLease<Greeter> lease, CancellationToken ct)
    {
        await lease.AcquireAsync(ct);
        return await lease.InvokeAsync(model => model.Greet(name), ct);
    }
}
