using Microsoft.AspNetCore.Mvc;
using SharedModels.Testing;

namespace SharedModels.AspNetCore.Tests.Endpoints;

/// <summary>A controller that waits long, with an action that does not.</summary>
[ApiController]
[Route("patient")]
[RequireModelLeases(Timeout = "00:05:00")]
public sealed class PatientController(IModelLease<FakeModel> lease) : ControllerBase
{
    [HttpGet("hasty")]
    [RequireModelLeases(Timeout = "00:00:05")]
    public string Hasty() => $"{lease.State}";

    [HttpGet]
    public string Get() => $"{lease.State}";
}
