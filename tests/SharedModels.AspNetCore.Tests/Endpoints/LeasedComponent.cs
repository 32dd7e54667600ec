using Microsoft.AspNetCore.Components;

namespace SharedModels.AspNetCore.Tests.Endpoints;

/// <summary>A component with a page of its own.</summary>
[Route("/component")]
public sealed class LeasedComponent : ComponentBase;
