using Microsoft.AspNetCore.Mvc;
using SharedModels.Testing;

namespace SharedModels.AspNetCore.Tests.Endpoints;

/// <summary>A controller that returns a stream of a model.</summary>
[ApiController]
[Route("controller/count")]
public sealed class StreamedController(IModelLease<FakeModel> lease, StreamScript script) : ControllerBase
{
    [HttpGet]
    [RequireModelLeases]
    public IAsyncEnumerable<string> Count(int count) => lease.StreamAsync((_, ct) => script.Count(count, ct));
}
