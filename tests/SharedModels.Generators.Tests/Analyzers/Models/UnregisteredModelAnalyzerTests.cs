using Microsoft.CodeAnalysis;
using SharedModels.CodeFixes;
using SharedModels.Generators.Analyzers.Models;
using SharedModels.Generators.Tests.Analyzers.Fixes;
using SharedModels.Generators.Tests.Analyzers.Flow;

namespace SharedModels.Generators.Tests.Analyzers.Models;

public sealed class UnregisteredModelAnalyzerTests
{
    [Theory]
    [InlineData("class Service([|IModelLease<Net>|] lease) { public string Id => lease.ModelId; }")]
    [InlineData("class Service { public Service([FromKeyedServices(\"net\")] [|IModelLease<Net>|] lease) => _ = lease; }")]
    [InlineData("class C { Delegate M() => async ([|IModelLease<Net>|] lease) => await lease.AcquireAsync(); }")]
    [InlineData("class C { Delegate M() => Handle; static string Handle([|IModelLease<Net>|] lease) => lease.ModelId; }")]
    [InlineData("class C { void M(IServiceProvider s) => s.GetRequiredService<[|IModelLease<Net>|]>(); }")]
    [InlineData("class C { void M(IServiceProvider s) => _ = s.GetService<[|IModelLease<Net>|]>()?.ModelId; }")]
    [InlineData("class C { async Task M(ISharedModelManager m) { await using var lease = await m.FetchModelAsync<[|Net|]>(); } }")]
    [InlineData("class C { async Task M(ISharedModelManager m) { await using var l = await m.FetchModelAsync<[|Net|]>(\"net\"); } }")]
    [InlineData("class C { void M(IModelLeaseScope s) => s.CreateLease<[|Net|]>(); }")]
    [InlineData("class C { void M(IServiceCollection s) => s.AddScoped<Net>(); string Use([|IModelLease<Net>|] l) => l.ModelId; }")]
    [InlineData("class C([|IModelLease<Net>|] lease) { string Again(IModelLease<Net> other) => lease.ModelId + other.ModelId; }")]
    [InlineData("class C { Delegate M() => ([|IModelLease<Base>|] lease) => lease.ModelId; } [SharedModel] class Own : Base;")]
    [InlineData("class C { void M(IServiceProvider s) => s.GetService<[|IModelLease<IBird>|]>(); } [SharedModel] class Own : IBird;")]
    [InlineData("class C { string M(IModelLease<Owl> owl, [|IModelLease<Net>|] net) => owl.ModelId + net.ModelId; }")]
    public Task A_leased_class_that_is_not_registered_is_reported(string source) =>
        Source.AssertReportsAsync(new UnregisteredModelAnalyzer(), "SHM024", source + Types);

    [Theory]
    [InlineData("class Service(IModelLease<Owl> lease) { public string Id => lease.ModelId; }")]
    [InlineData("class Service(IModelLease<Marked> lease) { public string Id => lease.ModelId; } [SharedModel] class Marked;")]
    [InlineData("class Service(IModelLease lease) { public string Id => lease.ModelId; }")]
    [InlineData("class C { void M<T>(IServiceProvider s) where T : class => s.GetRequiredService<IModelLease<T>>(); }")]
    [InlineData("class C<T>(IModelLease<T> lease) where T : class { string M() => lease.ModelId; }")]
    [InlineData("class C(IModelLease<Net> l) { void M(ISharedModelsBuilder b) => b.AddModel(l.ModelId, _ => new Net()); }")]
    [InlineData("class C(IModelLease<IBird> l) { void M(ISharedModelsBuilder b) => b.AddModel<IBird>(l.ModelId, _ => null!); }")]
    [InlineData("class C(IModelLease<Net> l) { void M(ISharedModelManager m) => m.Add(new Net(), l.ModelId); }")]
    [InlineData("class C(IModelLease<Net> l) { void M(ISharedModelManager m) => m.Add<Net>(l.ModelId, _ => new Net()); }")]
    [InlineData("class C(IModelLease<Net> l) { void M(ISharedModelManager m) => m.Add<Base>(new Net(), l.ModelId); }")]
    [InlineData("class C(IModelLease<Net> l) { void M<T>(ISharedModelManager m, T t) where T : class => m.Add(t, l.ModelId); }")]
    [InlineData("class C(IModelLease<Net> l) { void M(ISharedModelsBuilder b) => My(b, _ => new Net()); string N() => l.ModelId; "
        + "static void My<T>(ISharedModelsBuilder b, Func<IServiceProvider, T> f) where T : class { } }")]
    [InlineData("class C(IModelLease<Net> l) { void M(IServiceCollection s) => s.AddScoped<IModelLease<Net>>(_ => l); }")]
    [InlineData("class C(IModelLease<Net> l) { void M(IServiceCollection s) => s.AddScoped(typeof(IModelLease<>), l.GetType()); }")]
    [InlineData("class C { async Task M(ISharedModelManager m) { await using var l = await m.FetchModelAsync<Base>(); } } "
        + "[SharedModel] class Own : Base;")]
    [InlineData("class C { string Use(IModelLease<IBird> lease) => lease.ModelId; } [SharedModel] class Own : IBird;")]
    public Task A_class_that_is_or_may_be_registered_is_not_reported(string source) =>
        Source.AssertQuietAsync(new UnregisteredModelAnalyzer(), source + Types);

    [Theory]
    [InlineData("app.MapGet(\"/\", ([|IModelLease<Net>|] lease) => lease.ModelId);")]
    [InlineData("app.MapGet(\"/\", Handle); static string Handle([|IModelLease<Net>|] lease) => lease.ModelId;")]
    [InlineData("app.MapGet(\"/\", (IServiceProvider services) => services.GetRequiredService<[|IModelLease<Net>|]>().ModelId);")]
    public Task Top_level_statements_are_analyzed(string statements) => Source.AssertReportsAsync(
        new UnregisteredModelAnalyzer(),
        "SHM024",
        "using Microsoft.AspNetCore.Builder; using Microsoft.AspNetCore.Routing; var app = new WebApplication(); "
        + statements + Types + Endpoints.Source,
        OutputKind.ConsoleApplication);

    [Fact]
    public void A_library_does_not_know_what_its_applications_register() => Assert.Empty(AnalyzerRun.Diagnose(
        GeneratorRun.Library("public class Net; public class C(SharedModels.IModelLease<Net> l) { string M() => l.ModelId; }").Output,
        new UnregisteredModelAnalyzer()));

    [Fact]
    public Task Tests_register_classes_as_they_like()
    {
        var test = new AnalyzerTest([new UnregisteredModelAnalyzer()], id: null, "class C(IModelLease<C> l) { string M() => l.ModelId; }");
        test.TestState.AdditionalReferences.Add(typeof(FactAttribute).Assembly);
        return test.RunAsync();
    }

    [Theory]
    [InlineData(OutputKind.ConsoleApplication, true)]
    [InlineData(OutputKind.DynamicallyLinkedLibrary, false)]
    public async Task A_class_of_a_library_is_reported_in_a_program(OutputKind kind, bool isReported)
    {
        var lease = isReported ? "[|IModelLease<Theirs>|]" : "IModelLease<Theirs>";
        var test = new AnalyzerTest(
            [new UnregisteredModelAnalyzer()],
            "SHM024",
            $"static class P {{ static void Main() {{ }} static string M({lease} l) => l.ModelId; }}",
            kind);
        test.TestState.AdditionalReferences.Add(GeneratorRun.LibraryReference("public sealed class Theirs;"));
        await test.RunAsync();
    }

    [Fact]
    public async Task A_class_that_another_library_can_register_is_not_reported()
    {
        var test = new AnalyzerTest(
            [new UnregisteredModelAnalyzer()],
            id: null,
            "static class P { static void Main() { } static string M(IModelLease<Theirs> l) => l.ModelId; }",
            OutputKind.ConsoleApplication);
        test.TestState.AdditionalReferences.Add(GeneratorRun.ApplicationReference(
            "public sealed class Theirs; public static class Adds { public static void Add(SharedModels.SharedModelManager m) { } }",
            "Adds"));
        await test.RunAsync();
    }

    [Theory]
    [InlineData("class User([|IModelLease<Net>|] l) { string M() => l.ModelId; } class Net;")]
    [InlineData("class User { string M([|IModelLease<Net>|] l) => l.ModelId; sealed class Net; }")]
    [InlineData("class User([|IModelLease<User.Net>|] l) { string M() => l.ModelId; public class Net; }")]
    [InlineData("public class User([|IModelLease<Net>|] l) { string M() => l.ModelId; } public class Net;", OutputKind.ConsoleApplication)]
    public Task A_class_that_no_other_assembly_can_register_is_reported(
        string source, OutputKind kind = OutputKind.DynamicallyLinkedLibrary) => Source.AssertReportsAsync(
            new UnregisteredModelAnalyzer(),
            "SHM024",
            source + (kind == OutputKind.ConsoleApplication ? " static class P { static void Main() { } }" : ""),
            kind);

    [Theory]
    [InlineData("public class User(IModelLease<Net> l) { string M() => l.ModelId; } public class Net;")]
    [InlineData("class User(IModelLease<IBird> l) { string M() => l.ModelId; } public interface IBird;")]
    [InlineData("[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"App\")] "
        + "class User(IModelLease<Net> l) { string M() => l.ModelId; } class Net;")]
    public Task A_class_that_the_application_of_a_library_can_register_is_not_reported(string source) =>
        Source.AssertQuietAsync(new UnregisteredModelAnalyzer(), source);

    [Theory]
    [InlineData("AddEngineModel", false)]
    [InlineData("AddEngineDevices", true)]
    public async Task A_class_that_a_package_of_the_library_registers_without_naming_it_is_not_reported(string method, bool isReported)
    {
        var lease = isReported ? "[|IModelLease<Theirs>|]" : "IModelLease<Theirs>";
        var test = new AnalyzerTest(
            [new UnregisteredModelAnalyzer()],
            isReported ? "SHM024" : null,
            $"static class P {{ static void Main() {{ }} static void Add(ISharedModelsBuilder b) => b.{method}(\"id\"); "
            + $"static string M({lease} l) => l.ModelId; }}",
            OutputKind.ConsoleApplication);
        test.TestState.AdditionalReferences.Add(GeneratorRun.LibraryReference("public sealed class Theirs;"));
        test.TestState.AdditionalReferences.Add(GeneratorRun.ApplicationReference(
            "using Microsoft.Extensions.DependencyInjection; public static class Engine { "
            + $"public static void {method}(this ISharedModelsBuilder builder, string id) {{ }} }}",
            "SharedModels.Engine"));
        await test.RunAsync();
    }

    [Fact]
    public async Task The_message_names_the_class_and_the_remedy() => Assert.Equal(
        "Class 'Net' is leased but is not registered as a model; mark it with [SharedModel], or register it with AddModel",
        await Source.ReadMessageAsync(
            new UnregisteredModelAnalyzer(), "SHM024", "class C([|IModelLease<Net>|] l) { string M() => l.ModelId; } class Net;"));

    [Theory]
    [InlineData("class Net;", "[SharedModel(\"net\")]\nclass Net;")]
    [InlineData("internal sealed class QRCodeReader2 { }", "[SharedModel(\"qr-code-reader2\")]\ninternal sealed class QRCodeReader2 { }")]
    [InlineData("/// <summary>A net.</summary>\n[Serializable]\nsealed record Net;",
        "/// <summary>A net.</summary>\n[SharedModel(\"net\")]\n[Serializable]\nsealed record Net;")]
    [InlineData("class Outer\n{\n    // A net.\n    internal class Net { }\n}",
        "class Outer\n{\n    // A net.\n    [SharedModel(\"net\")]\n    internal class Net { }\n}")]
    [InlineData("class Modèle;", "[SharedModel]\nclass Modèle;")]
    public Task The_class_is_marked(string declaration, string expected)
    {
        var name = declaration.Contains("Outer", StringComparison.Ordinal)
            ? "Outer.Net"
            : declaration.Split(' ', ';').SkipWhile(static word => word is not ("class" or "record")).ElementAt(1);
        var user = $"class User([|IModelLease<{name}>|] lease) {{ public string Id => lease.ModelId; }}\n";
        var marked = user.Replace("[|", "", StringComparison.Ordinal).Replace("|]", "", StringComparison.Ordinal);
        return FixRun.AssertFixesAsync(
            new UnregisteredModelAnalyzer(), new RegisterModelCodeFix(), $"{user}{declaration}\n", $"{marked}{expected}\n");
    }

    [Fact]
    public async Task A_class_of_another_file_is_marked()
    {
        const string use = "class User(IModelLease<Net> lease) { public string Id => lease.ModelId; }";
        var test = new AnalyzerTest(
            [new UnregisteredModelAnalyzer()],
            "SHM024",
            use.Replace("IModelLease<Net>", "[|IModelLease<Net>|]", StringComparison.Ordinal),
            fix: new RegisterModelCodeFix(),
            expected: use);
        test.TestState.Sources.Add(("Net.cs", "sealed class Net;\n"));
        test.FixedState.Sources.Add(("Net.cs", "[SharedModel(\"net\")]\nsealed class Net;\n"));
        await test.RunAsync();
    }

    [Theory]
    [InlineData("abstract class Net;")]
    [InlineData("interface Net;")]
    public Task A_type_that_cannot_be_a_model_is_left(string declaration) => FixRun.AssertNotOfferedAsync(
        new UnregisteredModelAnalyzer(),
        new RegisterModelCodeFix(),
        $"class User([|IModelLease<Net>|] lease) {{ public string Id => lease.ModelId; }} {declaration}");

    private const string Types = "\ninterface IBird; class Base; class Net : Base, IBird;";
}
