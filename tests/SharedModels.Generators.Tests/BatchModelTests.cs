using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SharedModels.Generators.Tests;

/// <summary>The settings and the methods that are generated for models that run batches.</summary>
public sealed class BatchModelTests
{
    private const string MiniLm = """
        [SharedModel("minilm"), SharedModel("minilm-large")]
        public sealed class MiniLm : IBatchModel<string, float[]>
        {
            public IReadOnlyList<float[]> InvokeBatch(IReadOnlyList<string> inputs, CancellationToken cancellationToken) => [];
        }
        """;

    [Theory]
    [InlineData("MaxBatchSize = 1", "options.MaxBatchSize = 1;")]
    [InlineData("MaxBatchSize = 65_536", "options.MaxBatchSize = 65536;")]
    [InlineData("BatchFailure = BatchFailure.Fail", "options.BatchFailure = global::SharedModels.BatchFailure.Fail;")]
    [InlineData("BatchFailure = (BatchFailure)0", "options.BatchFailure = global::SharedModels.BatchFailure.Split;")]
    [InlineData("MaxBatchSize = SharedModelAttribute.DefaultBatchSize", "options.MaxBatchSize = 32;")]
    public void A_setting_of_the_attribute_is_registered(string argument, string expected) =>
        Assert.Contains(
            $"static options => {{ {expected} }});", Run(Model("string", "int", $"({argument})")).Text, StringComparison.Ordinal);

    [Fact]
    public void A_setting_that_is_absent_is_not_registered() =>
        Assert.DoesNotContain("static options =>", Run(Model("string", "int")).Text, StringComparison.Ordinal);

    [Theory]
    [InlineData("leases.MiniLm.RunAsync(text, ct)")]
    [InlineData("leases.MiniLm.RunAsync(text)")]
    [InlineData("leases.MinilmLarge.RunAsync(text, ct)")]
    [InlineData("leases.MiniLm.RunAsync(text, new AcquireOptions { Priority = LeasePriority.High }, ct)")]
    [InlineData("leases.MiniLm.RunAsync(input: text, options: new AcquireOptions())")]
    [InlineData("lease.RunAsync(text, cancellationToken: ct)")]
    [InlineData("models.RunMiniLmAsync(text, ct)")]
    [InlineData("models.RunMinilmLargeAsync(text, new AcquireOptions(), ct)")]
    public void The_generated_method_is_called_without_type_arguments(string call) =>
        AssertCalls("SharedModelRunExtensions", call);

    [Theory]
    [InlineData("lease.RunAsync<string, float[]>(text, cancellationToken: ct)", "IModelLease")]
    [InlineData("models.RunAsync<string, float[]>(\"minilm\", text, null, ct)", "ISharedModelManager")]
    public void The_general_method_is_called_with_type_arguments(string call, string type) => AssertCalls(type, call);

    [Theory]
    [InlineData("string", "float[]")]
    [InlineData("string?", "float[]?")]
    [InlineData("List<string?>", "Dictionary<string, int[]?>")]
    [InlineData("(int Width, string? Name)", "(float X, float Y)[]")]
    [InlineData("int?", "nint")]
    [InlineData("Hidden", "Hidden[]")]
    [InlineData("Outer.Inner", "Outer.Inner?")]
    [InlineData("Generic<string>.Inner", "Generic<Hidden>.Inner")]
    [InlineData("@class", "object")]
    [InlineData("Old", "Old")]
    public void A_method_is_generated_for_types_that_generated_code_can_name(string input, string output) =>
        Assert.Contains("RunModelAsync", Run(Model(input, output)).Text, StringComparison.Ordinal);

    [Theory]
    [InlineData("Private", "int")]
    [InlineData("string", "List<Private>")]
    [InlineData("Private[]", "int")]
    [InlineData("Generic<Private>.Inner", "int")]
    [InlineData("Gone", "int")]
    public void No_method_is_generated_for_types_that_generated_code_cannot_name(string input, string output) =>
        Assert.DoesNotContain(
            "SharedModelRunExtensions",
            Run($"public static partial class Outer {{ class Private; {Nested(input, output)} }}").Text,
            StringComparison.Ordinal);

    [Fact]
    public void Each_type_of_input_has_its_own_method()
    {
        var run = Run($"{Class("IBatchModel<string, int>, IBatchModel<string[], float>")} {Body("string", "int")} "
            + $"{Body("string[]", "float")} }}");
        Assert.Contains("ValueTask<int> RunAsync(this global::SharedModels.IModelLease<global::Model> lease, string input,", run.Text);
        Assert.Contains("ValueTask<float> RunModelAsync(this global::SharedModels.ISharedModelManager models, string[] input,", run.Text);
    }

    [Fact]
    public void An_inherited_interface_counts() => Assert.Contains(
        "RunModelAsync",
        Run("public abstract class Base : IBatchModel<string, int> { "
            + "public IReadOnlyList<int> InvokeBatch(IReadOnlyList<string> inputs, CancellationToken cancellationToken) => []; } "
            + "[SharedModel] public sealed class Model : Base;").Text,
        StringComparison.Ordinal);

    [Fact]
    public void An_interface_of_the_same_name_does_not_count() => Assert.DoesNotContain(
        "SharedModelRunExtensions",
        Run("namespace Other { public interface IBatchModel<TInput, TOutput>; [SharedModel] public sealed class Model : "
            + "IBatchModel<string, int>; }").Text,
        StringComparison.Ordinal);

    [Fact]
    public void SHM030_reports_an_input_with_two_outputs_and_only_other_inputs_have_a_method()
    {
        var run = GeneratorRun.Application(
            Usings
            + $"{Class("IBatchModel<string, int>, IBatchModel<string, float[]>, IBatchModel<int, int>")} "
            + "IReadOnlyList<int> IBatchModel<string, int>.InvokeBatch(IReadOnlyList<string> inputs, CancellationToken ct) => []; "
            + "IReadOnlyList<float[]> IBatchModel<string, float[]>.InvokeBatch(IReadOnlyList<string> inputs, CancellationToken ct) => []; "
            + $"{Body("int", "int")} }}");
        run.AssertReports("SHM030").AssertCompiles().AssertIncremental();
        Assert.Equal(
            "Class 'Model' runs batches of 'string' with the outputs 'int' and 'float[]', so no RunAsync is generated for this input; use "
            + "an input type for each output, or call RunAsync<TInput, TOutput>",
            run.Diagnostics[0].GetMessage(System.Globalization.CultureInfo.InvariantCulture));
        Assert.DoesNotContain("string input", run.Text, StringComparison.Ordinal);
        Assert.Contains("int input", run.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_of_a_library_has_methods_for_its_public_types()
    {
        var library = GeneratorRun.LibraryReference(
            $"{Usings}internal sealed class Hidden; "
            + $"{Class("IBatchModel<string, float[]>, IBatchModel<Hidden, int>, IBatchModel<int, Hidden>")} "
            + $"{Body("string", "float[]")} "
            + "IReadOnlyList<int> IBatchModel<Hidden, int>.InvokeBatch(IReadOnlyList<Hidden> inputs, CancellationToken ct) => []; "
            + "IReadOnlyList<Hidden> IBatchModel<int, Hidden>.InvokeBatch(IReadOnlyList<int> inputs, CancellationToken ct) => []; }");
        var run = GeneratorRun.Application("", library).AssertCompiles().AssertReports().AssertIncremental();
        Assert.Contains("RunModelAsync(this global::SharedModels.ISharedModelManager models, string input", run.Text);
        Assert.DoesNotContain("Hidden", run.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_without_the_manager_has_no_methods() =>
        Assert.DoesNotContain("RunAsync", GeneratorRun.Library(Usings + MiniLm).AssertCompiles().Text, StringComparison.Ordinal);

    private static void AssertCalls(string type, string call)
    {
        var run = Run($"{MiniLm} internal static class User {{ public static ValueTask<float[]> Use(ModelLeases leases, "
            + $"IModelLease<MiniLm> lease, ISharedModelManager models, string text, CancellationToken ct) => {call}; }}");
        var tree = run.Output.SyntaxTrees.First();
        var expression = tree.GetRoot().DescendantNodes().OfType<InvocationExpressionSyntax>().Last();
        var method = Assert.IsAssignableFrom<IMethodSymbol>(run.Output.GetSemanticModel(tree).GetSymbolInfo(expression).Symbol);
        Assert.Equal(type, method.ContainingType.Name);
    }

    private static GeneratorRun Run(string source) =>
        GeneratorRun.Application(Usings + source).AssertCompiles().AssertReports().AssertIncremental();

    private static string Model(string input, string output, string arguments = "") => $$"""
        internal sealed class Hidden;
        public sealed class @class;
        [System.Obsolete] public sealed class Old;
        public static class Outer { public sealed class Inner; }
        public static class Generic<T> { public sealed class Inner; }
        #pragma warning disable CS0612
        {{Class($"IBatchModel<{input}, {output}>", arguments)}} {{Explicit(input, output)}} }
        """;

    private static string Nested(string input, string output) =>
        "public static class Generic<T> { public sealed class Inner; } [System.Obsolete(\"Old.\", true)] public sealed class Gone; "
        + $"[System.Obsolete] {Class($"IBatchModel<{input}, {output}>")} {Explicit(input, output)} }}";

    private static string Class(string interfaces, string arguments = "") =>
        $"[SharedModel{arguments}] public sealed class Model : {interfaces} {{";

    private static string Body(string input, string output) =>
        $"public IReadOnlyList<{output}> InvokeBatch(IReadOnlyList<{input}> inputs, CancellationToken cancellationToken) => [];";

    private static string Explicit(string input, string output) =>
        $"IReadOnlyList<{output}> IBatchModel<{input}, {output}>.InvokeBatch(IReadOnlyList<{input}> inputs, CancellationToken ct) => [];";

    private const string Usings =
        "using System.Collections.Generic; using System.Threading; using System.Threading.Tasks; using SharedModels;\n";
}
