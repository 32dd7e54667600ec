using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using SharedModels.Testing;

namespace SharedModels.AspNetCore.Tests.Endpoints;

/// <summary>A controller with a lease in its constructor and one as a parameter.</summary>
[ApiController]
[Route("controller")]
public sealed class LeasedController(IModelLease<FakeModel> lease) : ControllerBase
{
    [HttpGet("marked")]
    [RequireModelLeases(Timeout = "00:00:05")]
    public string Marked([FromKeyedServices("b")] IModelLease<FakeModel> other) => $"{lease.State} {other.State}";

    [HttpGet("plain")]
    public string Plain([FromKeyedServices("b")] IModelLease<FakeModel> other) => $"{lease.State} {other.State}";
}
