using Microsoft.AspNetCore.SignalR;
using SharedModels.Testing;

namespace SharedModels.AspNetCore.Tests.Endpoints;

/// <summary>A hub whose method returns a stream of a model.</summary>
public sealed class StreamedHub(IModelLease<FakeModel> lease, StreamScript script) : Hub
{
    [RequireModelLeases]
    public IAsyncEnumerable<string> Count(int count) => lease.StreamAsync((_, ct) => script.Count(count, ct));
}
