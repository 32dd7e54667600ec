using Microsoft.CodeAnalysis;
using SharedModels.Generators.Analyzers.Models;

namespace SharedModels.Generators.Tests.Analyzers.Models;

public sealed class ModelIdAnalyzerTests
{
    [Theory]
    [InlineData("await manager.FetchModelAsync<Owl>([|\"owlv2\"|]);")]
    [InlineData("await manager.FetchModelAsync(id: [|\"redaer\"|]);")]
    [InlineData("await manager.PreloadAsync([|\"nothing\"|]);")]
    [InlineData("await manager.EvictAsync([|\"owls\"|]);")]
    [InlineData("manager.CreateScope().CreateLease<Owl>([|\"ow\"|]);")]
    [InlineData("const string Id = \"ow\"; await manager.PreloadAsync([|Id|]);")]
    [InlineData("manager.Add(new Owl(), \"mine\"); await manager.PreloadAsync([|\"yours\"|]);")]
    [InlineData("var f = ([FromKeyedServices([|\"ow\"|])] IModelLease<Owl> lease) => lease.ModelId;")]
    public Task An_unknown_id_is_reported(string statements) =>
        Source.AssertReportsAsync(new ModelIdAnalyzer(), "SHM017", Program(statements), OutputKind.ConsoleApplication);

    [Theory]
    [InlineData("await manager.FetchModelAsync<Owl>(\"owl\");")]
    [InlineData("await manager.FetchModelAsync<Owl>(\"OWL\");")]
    [InlineData("await manager.PreloadAsync(args[0]);")]
    [InlineData("manager.CreateScope().CreateLease<Owl>();")]
    [InlineData("manager.Add(new Owl(), \"mine\"); await manager.PreloadAsync(\"mine\");")]
    [InlineData("manager.Add(new Net()); await manager.PreloadAsync(\"Net\");")]
    [InlineData("manager.Add(new Owl(), args[0]); await manager.PreloadAsync(\"mine\");")]
    [InlineData("object model = new Owl(); manager.Add(model); await manager.PreloadAsync(\"mine\");")]
    [InlineData("new ServiceCollection().AddSharedModels().AddModel(\"mine\", _ => new Owl()); await manager.PreloadAsync(\"mine\");")]
    [InlineData("new ServiceCollection().AddSharedModels().AddModel(args[0], _ => new Owl()); await manager.PreloadAsync(\"mine\");")]
    [InlineData("var f = ([FromKeyedServices(\"reader\")] IModelLease<Reader> lease) => lease.ModelId;")]
    [InlineData("var f = ([FromKeyedServices(\"ow\")] string other) => other;")]
    public Task An_id_that_is_known_or_may_be_is_not_reported(string statements) =>
        Source.AssertQuietAsync(new ModelIdAnalyzer(), Program(statements), OutputKind.ConsoleApplication);

    [Fact]
    public Task A_library_does_not_know_what_its_applications_register() =>
        Source.AssertQuietAsync(
            new ModelIdAnalyzer(), "class C { ValueTask M(ISharedModelManager manager) => manager.PreloadAsync(\"owlv2\"); }");

    [Fact]
    public async Task Models_of_referenced_libraries_are_known()
    {
        var test = new AnalyzerTest(
            [new ModelIdAnalyzer()],
            "SHM017",
            Program("await manager.PreloadAsync(\"theirs\"); await manager.PreloadAsync([|\"thiers\"|]);"),
            OutputKind.ConsoleApplication);
        test.TestState.AdditionalReferences.Add(
            GeneratorRun.LibraryReference("[SharedModels.SharedModel(\"theirs\")] public sealed class Theirs;"));
        await test.RunAsync();
        Assert.Equal("No model has the id 'thiers'; did you mean 'theirs'?", Assert.Single(test.Messages));
    }

    private static string Program(string statements) =>
        $"await using var manager = new SharedModelManager(); {statements} sealed class Net;";
}
