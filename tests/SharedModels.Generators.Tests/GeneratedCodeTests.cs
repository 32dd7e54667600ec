using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
namespace SharedModels.Generators.Tests;

/// <summary>The code that is generated for any valid class compiles without a warning.</summary>
public sealed class GeneratedCodeTests
{
    [Theory]
    [InlineData("record", "public sealed class S; [SharedModel] public record Model(S S);")]
    [InlineData("named argument", "[SharedModel(id: \"x\")] public sealed class Model;")]
    [InlineData("null id", "[SharedModel(null!)] public sealed class Model;")]
    [InlineData("obsolete class", "[System.Obsolete(\"Old.\")] [SharedModel] public sealed class Model;")]
    [InlineData("experimental class", "[System.Diagnostics.CodeAnalysis.Experimental(\"EXP1\")] [SharedModel] public sealed class Model;")]
    [InlineData("keyword class", "[SharedModel] public sealed class @class;")]
    [InlineData(
        "lower-case class",
        "[SharedModel, SharedModel(\"b\")] public sealed class owl { public owl(System.IServiceProvider provider) { } }")]
    [InlineData(
        "keyword namespace",
        "namespace @new.@int { public sealed class S; [SharedModel] public sealed class Model { public Model(S @ref) { } } }")]
    [InlineData(
        "namespace Extensions",
        "namespace Extensions { public sealed class S; [SharedModel] public sealed class Model { public Model(S s) { } } }")]
    [InlineData("nested in an internal class", "internal static class Outer { [SharedModel] public sealed class Model; }")]
    public void Compiles_for_a_class(string input, string source) => AssertGood(input, source);

    [Theory]
    [InlineData(
        "required member that the constructor sets",
        "[SharedModel] public sealed class Model { [System.Diagnostics.CodeAnalysis.SetsRequiredMembers] public Model() { Name = \"\"; } "
        + "public required string Name { get; init; } }")]
    [InlineData("in parameter", "public sealed class S; [SharedModel] public sealed class Model { public Model(in S s) { } }")]
    [InlineData("nullable value", "[SharedModel] public sealed class Model { public Model(int? s) { } }")]
    [InlineData(
        "nullable element",
        "using System.Collections.Generic; [SharedModel] public sealed class Model { public Model(List<string?> s, string?[] t, "
        + "List<string?>? u = null) { } }")]
    [InlineData(
        "null default of a type that is never null",
        "public sealed class S; [SharedModel] public sealed class Model { public Model(S s = null!) { } }")]
    [InlineData(
        "no nullable context",
        "\n#nullable disable\npublic sealed class S; [SharedModel] public sealed class Model { public Model(S s, S t = null) { } }")]
    [InlineData("params", "[SharedModel] public sealed class Model { public Model(params string[] names) { } }")]
    [InlineData("params span", "[SharedModel] public sealed class Model { public Model(params System.ReadOnlySpan<string> names) { } }")]
    [InlineData("tuple and dynamic", "[SharedModel] public sealed class Model { public Model((int a, string? b) s, dynamic t) { } }")]
    [InlineData(
        "obsolete service",
        "[System.Obsolete] public sealed class S; [SharedModel] public sealed class Model {\n#pragma warning disable CS0612\npublic "
        + "Model(S s) { } }")]
    [InlineData("obsolete constructor", "[SharedModel] public sealed class Model { [System.Obsolete] public Model() { } }")]
    [InlineData(
        "experimental constructor",
        "[SharedModel] public sealed class Model { [System.Diagnostics.CodeAnalysis.Experimental(\"EXP1\")] public Model() { } }")]
    public void Compiles_for_a_constructor_with(string input, string source) => AssertGood(input, source);

    [Theory]
    [InlineData("null", "null")]
    [InlineData("text", "\"a\\\"\\n\"")]
    [InlineData("type", "typeof(Model)")]
    [InlineData("open type", "typeof(System.Collections.Generic.List<>)")]
    [InlineData("enum", "Kind.Big")]
    [InlineData("undefined enum", "(Kind)(-3)")]
    [InlineData("flags", "Kind.Big | Kind.@event")]
    [InlineData("keyword enum", "Kind.@event")]
    [InlineData("not a number", "double.NaN")]
    [InlineData("infinity", "float.NegativeInfinity")]
    [InlineData("smallest int", "int.MinValue")]
    [InlineData("smallest long", "long.MinValue")]
    [InlineData("negative byte", "(sbyte)(-5)")]
    public void Compiles_for_a_key(string input, string key) => AssertGood(
        input,
        $"namespace Extensions {{ public enum Kind {{ None, Big, @event }} [SharedModel] public sealed class Model {{ public "
        + $"Model([FromKeyedServices({key})] string s) {{ }} }} }}");

    [Theory]
    [InlineData("ToString", "ToString2")]
    [InlineData("Equals", "Equals2")]
    [InlineData("GetHashCode", "GetHashCode2")]
    [InlineData("GetType", "GetType2")]
    [InlineData("MemberwiseClone", "MemberwiseClone2")]
    [InlineData("Finalize", "Finalize2")]
    [InlineData("ReferenceEquals", "ReferenceEquals2")]
    [InlineData("ModelLeases", "ModelLeases2")]
    [InlineData("provider", "provider")]
    [InlineData("_provider", "Provider")]
    [InlineData("@class", "Class")]
    [InlineData("Owl", "Owl")]
    public void A_lease_is_named_after_its_class_unless_the_name_is_taken(string model, string member)
    {
        var run = AssertGood(model, $"[SharedModel] public sealed class {model};");
        Assert.Contains($"> {member} => ", run.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("get_Owl", "Owl")]
    [InlineData("Owl", "get_Owl")]
    [InlineData("SharedModelIds", "SharedModelCatalog")]
    [InlineData("All", "TryGet")]
    [InlineData("Model", "FetchModelAsync")]
    [InlineData("SharedModels", "Microsoft")]
    [InlineData("field", "value")]
    [InlineData("models", "cancellationToken")]
    public void Names_of_classes_do_not_collide_with_generated_names(string first, string second) =>
        AssertGood(
            first,
            $"namespace One {{ [SharedModel(\"1\")] public sealed class {first}; }} namespace Two {{ [SharedModel(\"2\"), "
            + $"SharedModel(\"a-b\"), SharedModel(\"a.b\"), SharedModel(\"A_B\")] public sealed class {second}; }}");

    [Fact]
    public void The_code_compiles_as_CSharp_11()
    {
        var run = AssertGood("C# 11", """
            using System.Collections.Generic;
            using Microsoft.Extensions.Options;
            public class Nested { public int P { get; set; } }
            public class Settings
            {
                public int[] A { get; set; } = { };
                public List<int> B { get; set; } = new();
                public HashSet<string> C { get; set; } = new();
                public IReadOnlyList<int>? D { get; set; }
                public Dictionary<string, int> E { get; set; } = new();
                public Nested? F { get; set; }
            }
            [SharedModel]
            public sealed class Owl : IBatchModel<int, int>
            {
                public Owl(IOptionsMonitor<Settings> settings) { }
                public IReadOnlyList<int> InvokeBatch(IReadOnlyList<int> inputs, System.Threading.CancellationToken cancellationToken) => inputs;
            }
            """);
        var trees = run.Output.SyntaxTrees.Select(static tree =>
            CSharpSyntaxTree.ParseText(tree.GetText(), new CSharpParseOptions(LanguageVersion.CSharp11), tree.FilePath));
        var old = run.Output.RemoveAllSyntaxTrees().AddSyntaxTrees(trees);
        Assert.Empty(old.GetDiagnostics().Where(static diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning));
    }

    [Fact]
    public void A_model_in_a_namespace_of_its_own_name_compiles() =>
        AssertGood("namespace", "namespace Owl { [SharedModel] public sealed class Owl; }");

    [Fact]
    public void A_class_called_Model_is_fetched_by_its_own_method() => AssertGood("Model", """
        [SharedModel] public sealed class Model;
        public static class User
        {
            public static async System.Threading.Tasks.Task Use(ISharedModelManager models)
            {
                await using IModelLease<Model> lease = await models.FetchModelAsync();
                await using IModelLease<Model> hurried = await models.FetchModelAsync(new AcquireOptions { Priority = LeasePriority.High });
            }
        }
        """);

    private static GeneratorRun AssertGood(string input, string source)
    {
        Assert.NotEmpty(input);
        return GeneratorRun.Application("using SharedModels; using Microsoft.Extensions.DependencyInjection;\n" + source)
            .AssertCompiles()
            .AssertReports()
            .AssertIncremental();
    }
}
