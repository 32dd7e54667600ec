using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SharedModels.Generators.Analyzers.Models;
using SharedModels.Generators.Tests.Analyzers;

namespace SharedModels.Generators.Tests;

public sealed class RemoteModelTests
{
    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Latest);

    [Fact]
    public void A_contract_gets_a_description_and_a_proxy()
    {
        var (run, output) = Run("""
            using System.Collections.Generic;
            using System.Threading;
            using System.Threading.Tasks;
            using SharedModels;

            namespace Acme;

            public sealed record Box(float Left, float Top);

            public interface IInfo
            {
                ValueTask<string?> DescribeAsync();
            }

            [RemoteModel("owl", Retry = ModelRetry.WhenLost)]
            public interface IDetector : IInfo
            {
                Task<Box[]> DetectAsync(byte[] image, string? @event, CancellationToken cancellationToken = default);

                [RemoteMethod(Retry = ModelRetry.WhenRejected)]
                Task CountAsync(string uri);

                ValueTask ResetAsync(CancellationToken first);

                IAsyncEnumerable<Box> TrackAsync(string uri, CancellationToken cancellationToken, int count = 3);

                Task<Box[]> DetectAsync(byte[] image) => DetectAsync(image, null);
            }
            """);

        Assert.Empty(output.GetDiagnostics().Where(static diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning));
        Snapshot.AssertMatches(string.Concat(run.GeneratedTrees.Select(
            static tree => $"// ==== {Path.GetFileName(tree.FilePath)}\n{tree.GetText()}")));
    }

    [Fact]
    public void Contracts_with_the_same_name_have_different_proxies()
    {
        var (run, output) = Run("""
            namespace A { [SharedModels.RemoteModel("a")] internal interface IModel { } }
            namespace B { public class IModel_ { [SharedModels.RemoteModel("b")] public interface IModel { } } }
            """);

        Assert.Equal(2, run.GeneratedTrees.Length);
        Assert.Empty(output.GetDiagnostics().Where(static diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning));
    }

    [Theory]
    [InlineData("namespace Acme.AI { X } namespace Acme.Ai { X }")]
    [InlineData("namespace A._B { X } namespace A_.B { X }")]
    public void Names_that_differ_only_in_case_or_in_underscores_have_different_proxies(string namespaces)
    {
        var (run, output) = Run(namespaces.Replace(
            "X", "[SharedModels.RemoteModel(\"a\")] public interface IModel;", StringComparison.Ordinal));
        Assert.Equal(2, run.GeneratedTrees.Length);
        Assert.Empty(output.GetDiagnostics().Where(static diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning));
    }

    [Theory]
    [InlineData("public interface IModel { Task<int> A(string _caller, string Method0); }")]
    [InlineData("public interface Proxy { Task<int> A(); }")]
    [InlineData("public interface @event { Task<int> A(); }")]
    [InlineData("public interface IModel : IVersioned { int IVersioned.Version => 1; Task<int> A(); }")]
    [InlineData("public interface IModel : IVersioned { Task<int> IVersioned.Get() => A(); int IVersioned.Version => 1; Task<int> A(); }")]
    [InlineData("public interface IModel : IVersioned { abstract Task<int> IVersioned.Get(); int IVersioned.Version => 1; }")]
    public void A_contract_of_an_unusual_shape_compiles(string contract)
    {
        var (run, output) = Run("using System.Threading.Tasks; public interface IVersioned { int Version { get; } Task<int> Get(); } "
            + "[SharedModels.RemoteModel(\"a\")] " + contract);
        Assert.Single(run.GeneratedTrees);
        Assert.Empty(output.GetDiagnostics().Where(static diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning));
    }

    [Fact]
    public void A_method_that_the_contract_implements_is_not_sent() => Assert.DoesNotContain(
        "Get",
        Assert.Single(Run("using System.Threading.Tasks; public interface IBase { Task<int> Get(); } [SharedModels.RemoteModel(\"a\")] "
            + "public interface IModel : IBase { Task<int> IBase.Get() => A(); Task<int> A(); }").Run.GeneratedTrees).ToString(),
        StringComparison.Ordinal);

    [Fact]
    public void An_edit_elsewhere_does_not_repeat_work()
    {
        var compilation = Compile("""
            [SharedModels.RemoteModel("owl")] public interface IDetector { System.Threading.Tasks.Task DetectAsync(); }
            """);
        var driver = Driver().RunGenerators(compilation);
        var edited = compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText("public class Other;", ParseOptions));

        var result = driver.RunGenerators(edited).GetRunResult().Results.Single();

        var outputs = result.TrackedSteps[RemoteModelGenerator.Contracts]
            .Concat(result.TrackedOutputSteps.SelectMany(static pair => pair.Value))
            .SelectMany(static step => step.Outputs)
            .ToList();
        Assert.NotEmpty(outputs);
        Assert.All(
            outputs,
            static output => Assert.True(output.Reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged));
    }

    [Theory]
    [InlineData("[RemoteModel(\"owl\")] public interface IModel<T>;", "it is generic; use one interface for each type")]
    [InlineData(
        "public class Outer<T> { [RemoteModel(\"owl\")] public interface IModel; }", "it is generic; use one interface for each type")]
    [InlineData(
        "public class Outer { [RemoteModel(\"owl\")] private interface IModel; }",
        "it is private to a class or a file; make it internal or public")]
    [InlineData(
        "[RemoteModel(\"an owl\")] public interface IModel;",
        "'an owl' is not a valid model id; use 1 to 100 letters (A to Z), digits, '.', '_' and '-'")]
    [InlineData(
        "[System.Obsolete(\"Old.\", true), RemoteModel(\"owl\")] public interface IModel { Task MAsync(); }",
        "it is marked [Obsolete] as an error; remove the attribute, or make it a warning")]
    public void SHM035_reports_an_interface_that_cannot_be_a_contract(string source, string reason) =>
        AssertReported("SHM035", $"No proxy is generated for interface 'IModel' because {reason}", source);

    [Theory]
    [InlineData("int Count { get; }", "Count", "it is not a method; use a method that returns a task")]
    [InlineData("event System.Action? Changed;", "Changed", "it is not a method; use a method that returns a task")]
    [InlineData("static abstract Task MAsync();", "MAsync", "it is static")]
    [InlineData("Task MAsync<T>(T item);", "MAsync", "it is generic; use one method for each type")]
    [InlineData(
        "int M();", "M", "of what it returns; return Task, Task<T>, ValueTask, ValueTask<T> or IAsyncEnumerable<T>")]
    [InlineData(
        "void M();", "M", "of what it returns; return Task, Task<T>, ValueTask, ValueTask<T> or IAsyncEnumerable<T>")]
    [InlineData("Task MAsync(CancellationToken a, CancellationToken b);", "MAsync", "it has more than one CancellationToken")]
    [InlineData("Task MAsync(ref int a);", "MAsync", "parameter 'a' is passed by reference; pass it by value")]
    [InlineData("Task MAsync(in int a);", "MAsync", "parameter 'a' is passed by reference; pass it by value")]
    [InlineData(
        "Task MAsync(System.ReadOnlySpan<byte> a);",
        "MAsync",
        "parameter 'a' cannot be sent to another machine; pass data, such as bytes or a URI")]
    [InlineData(
        "Task MAsync(System.Func<int> a);", "MAsync", "parameter 'a' cannot be sent to another machine; pass data, such as bytes or a URI")]
    [InlineData(
        "Task MAsync(System.IO.MemoryStream a);",
        "MAsync",
        "parameter 'a' cannot be sent to another machine; pass data, such as bytes or a URI")]
    [InlineData(
        "unsafe Task MAsync(int* a);", "MAsync", "parameter 'a' cannot be sent to another machine; pass data, such as bytes or a URI")]
    [InlineData(
        "Task MAsync(IAsyncEnumerable<int> a);",
        "MAsync",
        "parameter 'a' cannot be sent to another machine; pass data, such as bytes or a URI")]
    [InlineData(
        "[System.Obsolete(\"Old.\", true)] Task MAsync();",
        "MAsync",
        "it is marked [Obsolete] as an error; remove the attribute, or make it a warning")]
    [InlineData(
        "[System.Obsolete(\"Old.\", true)] public class Old; [System.Obsolete] Task MAsync(Old old);",
        "MAsync",
        "generated code cannot name a type of its signature; use accessible types that are not [Obsolete] as an error")]
    [InlineData(
        "[System.Obsolete(\"Old.\", true)] public class Old; [System.Obsolete] Task<Old> MAsync();",
        "MAsync",
        "generated code cannot name a type of its signature; use accessible types that are not [Obsolete] as an error")]
    public void SHM036_reports_a_member_that_cannot_be_called(string member, string name, string reason) => AssertReported(
        "SHM036",
        $"'{name}' cannot be called on another machine because {reason}",
        $"[RemoteModel(\"owl\")] public interface IModel {{ {member} }}");

    [Theory]
    [InlineData("Task MAsync(int a); Task MAsync(int a, CancellationToken token);")]
    [InlineData("Task<int> MAsync(CancellationToken token); Task<int> MAsync();")]
    public void SHM036_reports_overloads_that_differ_only_in_the_token(string members) => AssertReported(
        "SHM036",
        "'MAsync' cannot be called on another machine because another overload differs from it only in the CancellationToken; keep one of "
        + "them",
        $"[RemoteModel(\"owl\")] public interface IModel {{ {members} }}");

    [Fact]
    public void SHM036_reports_an_inherited_member_at_the_contract() => AssertReported(
        "SHM036",
        "'Count' cannot be called on another machine because it is not a method; use a method that returns a task",
        "public interface IBase { int Count { get; } } [RemoteModel(\"owl\")] public interface IModel : IBase;");

    [Theory]
    [InlineData("[RemoteModel(\"owl\")] public interface IModel { int Count => 1; static int M() => 1; Task MAsync(int[]? a = null); }")]
    [InlineData("public interface IBase { Task MAsync(); } [RemoteModel(\"owl\")] public interface IModel : IBase { new Task MAsync(); }")]
    [InlineData("public interface IModel { int Count { get; } }")]
    public void Other_interfaces_are_not_reported(string source) => Assert.Empty(Diagnose(source, out _));

    private static void AssertReported(string id, string message, string source)
    {
        var diagnostic = Assert.Single(Diagnose(source, out var run));
        Assert.Equal((id, message), (diagnostic.Id, diagnostic.GetMessage(CultureInfo.InvariantCulture)));
        Assert.Equal(DiagnosticSeverity.Error, diagnostic.Severity);
        Assert.True(diagnostic.Location.IsInSource);
        Assert.Empty(run.GeneratedTrees);
    }

    private static ImmutableArray<Diagnostic> Diagnose(string source, out GeneratorDriverRunResult run)
    {
        const string Usings =
            "using System.Collections.Generic; using System.Threading; using System.Threading.Tasks; using SharedModels;\n";
        (run, var output) = Run(Usings + source);
        Assert.Empty(output.GetDiagnostics().Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
        return AnalyzerRun.Diagnose(output, new RemoteContractAnalyzer());
    }

    private static (GeneratorDriverRunResult Run, Compilation Output) Run(string source)
    {
        var driver = Driver().RunGeneratorsAndUpdateCompilation(Compile(source), out var output, out var diagnostics);
        Assert.Empty(diagnostics);
        var run = driver.GetRunResult();
        foreach (var value in run.Results.Single().TrackedSteps.TryGetValue(RemoteModelGenerator.Contracts, out var steps)
            ? steps.SelectMany(static step => step.Outputs)
            : [])
            CapturedSymbols.AssertNone(value.Value);
        return (run, output);
    }

    private static CSharpGeneratorDriver Driver() => CSharpGeneratorDriver.Create(
        [new RemoteModelGenerator().AsSourceGenerator()],
        parseOptions: ParseOptions,
        driverOptions: new(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    private static CSharpCompilation Compile(string source) => CSharpCompilation.Create(
        "Contracts",
        [CSharpSyntaxTree.ParseText(source, ParseOptions)],
        GeneratorRun.References,
        new(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
}
