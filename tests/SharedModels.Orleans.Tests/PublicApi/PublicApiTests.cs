using SharedModels.Tests.PublicApi;

namespace SharedModels.Orleans.Tests.PublicApi;

public sealed class PublicApiTests
{
    [Fact]
    public void The_public_surface_is_the_approved_one() => ApprovedSurface.Check(typeof(RemoteModelOptions).Assembly);
}
