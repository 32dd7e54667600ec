using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using SharedModels.Testing;

namespace SharedModels.AspNetCore.Tests.Endpoints;

/// <summary>A hub with a lease in its constructor and one as a parameter.</summary>
public sealed class LeasedHub(IModelLease<FakeModel> lease) : Hub
{
    [RequireModelLeases]
    public string Marked([FromKeyedServices("b")] IModelLease<FakeModel> other) => Plain(other);

    public string Plain([FromKeyedServices("b")] IModelLease<FakeModel> other) =>
        $"{lease.ModelId} {lease.State}, {other.ModelId} {other.State}";

    [RequireModelLeases]
    public string Use() => $"{lease.Model.Use()}";
}
