using SharedModels.Generators.Analyzers.Models;

namespace SharedModels.Generators.Tests.Analyzers.Models;

public sealed class ConstructedModelAnalyzerTests
{
    [Theory]
    [InlineData("int M() => [|new Owl()|].Detect();")]
    [InlineData("void M() { using var owl = [|new Owl()|]; owl.Detect(); }")]
    [InlineData("Owl _owl = [|new()|];")]
    [InlineData("void M(IServiceCollection services) => services.AddSingleton([|new Owl()|]);")]
    public Task Constructing_a_model_is_reported(string member) =>
        Source.AssertReportsAsync(new ConstructedModelAnalyzer(), "SHM016", $"class C {{ {member} }}");

    [Theory]
    [InlineData("void M(ISharedModelManager manager) => manager.Add(new Owl());")]
    [InlineData("void M(SharedModelManager manager) { var owl = new Owl(); manager.Add(owl, \"mine\"); }")]
    [InlineData("void M(ISharedModelsBuilder builder) => builder.AddModel(\"mine\", _ => new Owl());")]
    [InlineData("Owl Create() { var owl = new Owl(); return owl; }")]
    [InlineData("void M() => _ = new object();")]
    [InlineData("[SharedModel] sealed class Net { static readonly Net Empty = new(); }")]
    public Task Constructing_a_model_for_the_manager_or_in_a_factory_is_not_reported(string member) =>
        Source.AssertQuietAsync(new ConstructedModelAnalyzer(), $"class C {{ {member} }}");

    [Fact]
    public void The_diagnostic_is_a_suggestion() =>
        Assert.Equal(
            Microsoft.CodeAnalysis.DiagnosticSeverity.Info, new ConstructedModelAnalyzer().SupportedDiagnostics[0].DefaultSeverity);

    [Fact]
    public Task Tests_can_construct_models()
    {
        var test = new AnalyzerTest([new ConstructedModelAnalyzer()], id: null, "class C { int M() => new Owl().Detect(); }");
        test.TestState.AdditionalReferences.Add(typeof(FactAttribute).Assembly);
        return test.RunAsync();
    }

    [Fact]
    public void A_library_can_construct_its_models() =>
        Assert.Empty(AnalyzerRun.Diagnose(
            GeneratorRun.Library(
                "[SharedModels.SharedModel] public sealed class Net; class C { object M() { var net = new Net(); return net.ToString()!; "
                + "} }").Output,
            new ConstructedModelAnalyzer()));
}
