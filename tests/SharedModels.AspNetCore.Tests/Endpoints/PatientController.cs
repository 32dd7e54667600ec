using Microsoft.AspNetCore.Mvc;
using SharedModels.Testing;

namespace SharedModels.AspNetCore.Tests.Endpoints;

/// <summary>A controller with a long timeout, and an action with a short one.</summary>
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
