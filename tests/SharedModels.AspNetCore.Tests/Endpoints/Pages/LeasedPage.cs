using Microsoft.AspNetCore.Mvc.RazorPages;
using SharedModels.Testing;

namespace SharedModels.AspNetCore.Tests.Endpoints.Pages;

/// <summary>A page with a lease in its constructor.</summary>
[RequireModelLeases]
public sealed class LeasedPage(IModelLease<FakeModel> lease) : PageModel
{
    public string? State { get; private set; }

    public void OnGet() => State = $"{lease.ModelId} {lease.State}";
}
