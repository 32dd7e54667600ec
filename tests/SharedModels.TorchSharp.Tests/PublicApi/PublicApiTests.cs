using SharedModels.Tests.PublicApi;

namespace SharedModels.TorchSharp.Tests.PublicApi;

public sealed class PublicApiTests
{
    [TorchFact]
    public void The_public_surface_is_the_approved_one() => ApprovedSurface.Check(typeof(TorchSharpOptions).Assembly);
}
