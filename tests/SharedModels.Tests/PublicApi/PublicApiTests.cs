using SharedModels.Testing;

namespace SharedModels.Tests.PublicApi;

public sealed class PublicApiTests
{
    public static TheoryData<Type> Assemblies => [typeof(ISharedModel), typeof(SharedModelManager), typeof(FakeModel)];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void The_public_surface_is_the_approved_one(Type typeOfAssembly)
    {
        ArgumentNullException.ThrowIfNull(typeOfAssembly);
        ApprovedSurface.Check(typeOfAssembly.Assembly);
    }

    [Fact]
    public void The_core_has_25_public_types_and_a_reason_for_each_further_one()
    {
        string[] types =
        [
            .. ApprovedSurface.TypesWithoutComment(typeof(ISharedModel).Assembly),
            .. ApprovedSurface.TypesWithoutComment(typeof(SharedModelManager).Assembly),
        ];
        Assert.True(
            types.Length <= 25, $"Say in a comment above each type that is not among the 25 why it exists:\n{string.Join("\n", types)}");
    }
}
