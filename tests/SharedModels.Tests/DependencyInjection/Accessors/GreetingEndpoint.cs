namespace SharedModels.Tests.DependencyInjection.Accessors;

/// <summary>The handler of an endpoint takes all leases of its request, or a single lease by its type.</summary>
internal static class GreetingEndpoint
{
    public static ValueTask<string> InBatch(string name, ModelLeases leases, CancellationToken ct) => leases.Greeter.RunAsync(name, ct);

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
