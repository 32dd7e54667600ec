using Microsoft.CodeAnalysis.CSharp;

namespace SharedModels.Generators.Tests.Reading;

/// <summary>
/// Data that is cached from one compilation never shows in the next one. Each session compares its result with a new driver after every
/// edit.
/// </summary>
public sealed class ModelReaderTests
{
    private const string Model = """
        using SharedModels;

        public class Settings
        {
            public int Size { get { return 1; } set { } }
        }

        [SharedModel("owl")]
        public sealed class Owl(Microsoft.Extensions.Options.IOptionsMonitor<Settings> settings)
        {
            public int Count() => 1;
        }
        """;

    private const string Other = """
        public static class Other
        {
            private static readonly int Start = 1;

            public const string Id = "other";

            public static int Count(int value)
            {
                return value + Start;
            }
        }
        """;

    [Theory]
    [InlineData(0, "=> 1;", "=> 2; // More.")]
    [InlineData(0, "return 1;", "return\n\n2;")]
    [InlineData(1, "return value", "var more = 2;\nreturn more + value")]
    [InlineData(1, "Start = 1", "Start = 2")]
    public void An_edit_in_a_method_changes_nothing(int file, string old, string text) =>
        new DriverSession(Model, Other).Edit(file, old, text).AssertNothingWritten();

    [Theory]
    [InlineData("return value", "return 2 * value")]
    [InlineData("public static int Count", "/* How many. */ public static int Count")]
    [InlineData("public static int Count", "public static int More() => 1;\n public static int Count")]
    [InlineData("public static class Other", "public class Another;\n public static class Other")]
    public void An_edit_in_another_file_repeats_no_work(string old, string text) =>
        new DriverSession(Model, Other).Edit(1, old, text).AssertNothingChanged();

    [Fact]
    public void A_comment_above_a_model_writes_no_file_again() =>
        new DriverSession(Model, Other).Edit(0, "[SharedModel", "// A model.\n[SharedModel").AssertNothingWritten();

    [Fact]
    public void Reordered_files_repeat_no_work() =>
        new DriverSession(
            Model,
            Other,
            "[SharedModels.SharedModel] public sealed class Cat; [SharedModels.SharedModel(\"a b\")] public sealed class Dog;",
            "[SharedModels.SharedModel(\"a c\")] public sealed class Cow;")
            .Change(static compilation =>
                (CSharpCompilation)compilation.RemoveAllSyntaxTrees().AddSyntaxTrees(compilation.SyntaxTrees.Reverse()))
            .AssertNothingChanged();

    [Fact]
    public void Reordered_files_of_a_partial_class_keep_the_order_of_its_ids() =>
        new DriverSession(
            "[SharedModels.SharedModel(\"a\")] public sealed partial class Cat;",
            "[SharedModels.SharedModel(\"b\")] public sealed partial class Cat { int Count() => 1; }")
            .Change(static compilation =>
                (CSharpCompilation)compilation.RemoveAllSyntaxTrees().AddSyntaxTrees(compilation.SyntaxTrees.Reverse()))
            .AssertNothingChanged()
            .Edit(1, "=> 1", "=> 2")
            .AssertNothingWritten();

    [Theory]
    [InlineData("(\"owl\")", "(\"owl-2\")")]
    [InlineData("int Size", "long Size")]
    [InlineData("sealed class Owl", "sealed class Snowy")]
    [InlineData("Settings> settings", "Settings> settings, System.IServiceProvider provider")]
    public void An_edit_of_a_model_is_seen(string old, string text) => new DriverSession(Model, Other).Edit(0, old, text).AssertWritten();

    [Fact]
    public void A_constant_of_another_file_is_followed() =>
        new DriverSession("[SharedModels.SharedModel(Other.Id)] public sealed class Owl;", Other)
            .Edit(1, "\"other\"", "\"owl\"")
            .AssertWritten();

    [Fact]
    public void A_base_class_of_another_file_is_followed()
    {
        var session = new DriverSession("[SharedModels.SharedModel] public sealed class Owl : Bird;", "public class Bird;");
        Assert.Contains("SharedModelKind.HostOnly", session.Text, StringComparison.Ordinal);
        session.Edit(1, "public class Bird;", "public abstract class Bird : SharedModels.ISharedModel;").AssertWritten();
        Assert.Contains("SharedModelKind.SharedModel", session.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "IBatchModel<Text, int>", "IBatchModel<Text, int[]>")]
    [InlineData(1, ": SharedModels.IBatchModel<Text, int>", "")]
    [InlineData(2, "public class", "class")]
    [InlineData(2, "public class Text;", "namespace A { public class Text; }")]
    public void The_inputs_of_a_batch_model_are_followed_through_other_files(int file, string old, string text) => new DriverSession(
        "[SharedModels.SharedModel] public sealed class Owl : Base;",
        "using A; public abstract class Base : SharedModels.IBatchModel<Text, int>; namespace A { class None; }",
        "public class Text;")
        .Edit(file, old, text)
        .AssertWritten();

    [Fact]
    public void A_base_class_that_becomes_a_placed_model_is_seen()
    {
        var session = new DriverSession(
            "[SharedModels.SharedModel] public sealed class Owl : Bird;", "public abstract class Bird : SharedModels.ISharedModel;");
        Assert.Contains("SharedModelKind.SharedModel", session.Text, StringComparison.Ordinal);
        session.Edit(1, "SharedModels.ISharedModel", "SharedModels.IPlacedModel").AssertWritten();
        Assert.Contains("SharedModelKind.PlacedModel", session.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_base_class_is_followed_through_another_file() =>
        new DriverSession("[SharedModels.SharedModel] public sealed class Owl : Base;", "public class Base : Root;", "public class Root;")
            .Edit(2, "class Root", "abstract class Root : SharedModels.ISharedModel")
            .AssertWritten();

    [Fact]
    public void A_constant_is_followed_through_another_file() => new DriverSession(
        "[SharedModels.SharedModel(Base.Id)] public sealed class Owl;",
        "public class Base { public const string Id = Names.Id; }",
        "static class Names { public const string Id = \"a\"; }")
        .Edit(2, "\"a\"", "\"b\"")
        .AssertWritten();

    [Fact]
    public void A_class_of_an_option_is_followed_through_another_file() => new DriverSession(
        Model,
        "public partial class Settings { public Inner Nested { get; } = new(); }",
        "public class Inner { public Leaf Leaf { get; } = new(); }",
        "public class Leaf { public int Size { get; set; } }")
        .Edit(0, "class Settings", "partial class Settings")
        .Edit(3, "int Size", "long Size")
        .AssertWritten();

    [Fact]
    public void A_part_of_a_model_in_another_file_is_followed() =>
        new DriverSession("[SharedModels.SharedModel] public sealed partial class Owl;", "public partial class Owl { public Owl() { } }")
            .Edit(1, "Owl()", "Owl(System.IServiceProvider services)")
            .AssertWritten();

    [Fact]
    public void A_file_that_is_added_or_removed_is_followed()
    {
        var session = new DriverSession("using A; [SharedModels.SharedModel] public sealed class Owl(Settings s);", Other);
        var options = (CSharpParseOptions)session.Compilation.SyntaxTrees[0].Options;
        var space = CSharpSyntaxTree.ParseText("namespace A { public class Settings; }", options, "/app/a.cs");
        var other = CSharpSyntaxTree.ParseText("public class Settings;", options, "/app/b.cs");
        session
            .Change(compilation => compilation.AddSyntaxTrees(space)).AssertWritten()
            .Change(compilation => compilation.AddSyntaxTrees(other)).AssertWritten()
            .Change(compilation => compilation.RemoveSyntaxTrees(space)).AssertNothingWritten()
            .Change(compilation => compilation.RemoveSyntaxTrees(other)).AssertWritten();
    }

    [Theory]
    [InlineData("global using static Other;")]
    [InlineData("global using Sub;")]
    public void Global_directives_are_followed(string directive)
    {
        var session = new DriverSession("[SharedModels.SharedModel(Id)] public sealed class Owl;", Other, "", "");
        var options = (CSharpParseOptions)session.Compilation.SyntaxTrees[0].Options;
        session
            .Change(compilation => compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText(directive, options, "/app/g.cs")))
            .Edit(1, "\"other\"", "\"more\"")
            .Edit(1, "Id", "Id2")
            .Edit(1, "Id2", "Id")
            .Edit(1, "public static class Other", "public static class Sub; public static class Other");
    }

    [Fact]
    public void A_class_with_the_name_of_the_attribute_is_followed()
    {
        var session = new DriverSession("using SharedModels; namespace A { [SharedModel] public sealed class Owl; }", Other);
        session.Edit(
            1, "public static class Other", "namespace A { class SharedModelAttribute : System.Attribute; } public static class Other");
        Assert.DoesNotContain("Owl", session.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_edit_of_a_model_does_not_read_other_models_again()
    {
        var session = new DriverSession(Model, Other, "[SharedModels.SharedModel] public sealed class Cat;");
        var before = session.Models;
        session.Edit(0, "(\"owl\")", "(\"owl-2\")").Edit(1, "int Count", "long Count");
        Assert.Same(before.Single(static model => model.Name == "Cat"), session.Models.Single(static model => model.Name == "Cat"));
        Assert.NotSame(before.Single(static model => model.Name == "Owl"), session.Models.Single(static model => model.Name == "Owl"));
    }

    [Fact]
    public void An_edit_of_a_model_writes_only_its_own_file()
    {
        var session = new DriverSession(Model, Other, "[SharedModels.SharedModel(\"b\")] public sealed class Barn;");
        session
            .Edit(0, "(\"owl\")", "(\"owl-2\"), SharedModels.SharedModel(\"owl-3\")").AssertWroteFilesWith("FetchOwlAsync")
            .Edit(0, "int Size", "long Size").AssertWroteFilesWith("FetchOwlAsync")
            .Edit(2, "Barn", "Barn(System.IServiceProvider services)").AssertWroteFilesWith("FetchBarnAsync");
    }

    [Fact]
    public void A_new_model_writes_its_own_file_and_the_lists()
    {
        var session = new DriverSession(Model, Other, "[SharedModels.SharedModel] public sealed class Barn;");
        session
            .Edit(1, "public static class Other", "[SharedModels.SharedModel] public sealed class Cat; public static class Other")
            .AssertWroteFilesWith("FetchCatAsync", "RegisterCat(", "AddCat(", "SharedModelExport(")
            .Edit(1, "[SharedModels.SharedModel] public sealed class Cat;", "")
            .AssertWroteFilesWith("AddSharedModels(", "Collect(", "SharedModelExport(");
    }

    [Fact]
    public void Models_are_distributed_over_many_files()
    {
        var session = new DriverSession(string.Concat(
            Enumerable.Range(0, 640).Select(static i => $"[SharedModels.SharedModel] public sealed class Model{i};\n")));
        var models = session.Result.GeneratedSources
            .Select(static source => source.SourceText.ToString().Split(" FetchModel").Length / 2)
            .Where(static count => count > 0)
            .ToList();
        Assert.Equal(640, models.Sum());
        Assert.InRange(models.Max(), 10, 30);
    }

    [Fact]
    public void A_nullable_directive_is_more_than_a_comment() =>
        new DriverSession("public sealed class S;\n[SharedModels.SharedModel] public sealed class Owl { public Owl(S s = null!) { } }")
            .Edit(0, "[Shared", "\n#nullable disable\n[Shared")
            .AssertWritten();

    [Theory]
    [InlineData("using M = SharedModels.SharedModelAttribute; [M] public sealed class Owl;")]
    [InlineData("using MAttribute = SharedModels.SharedModelAttribute; [M] public sealed class Owl;")]
    [InlineData("namespace A { using M = SharedModels.SharedModelAttribute; [M] public sealed class Owl; }")]
    [InlineData("using S = SharedModels; [S::SharedModelAttribute] public sealed class Owl;")]
    [InlineData("using SharedModels; [System.Serializable, SharedModel] public sealed class Owl;")]
    [InlineData("using SharedModels; public static class A { public static class B { [SharedModel] public sealed record Owl; } }")]
    public void A_model_is_found_however_its_attribute_is_written(string source) =>
        Assert.Contains("SharedModelKind.HostOnly", new DriverSession(source).Text, StringComparison.Ordinal);

    [Fact]
    public void An_alias_of_another_file_is_followed()
    {
        var session = new DriverSession("[M] public sealed class Owl;", "");
        Assert.DoesNotContain("Owl", session.Text, StringComparison.Ordinal);
        session.Change(static compilation => compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText(
            "global using M = SharedModels.SharedModelAttribute;",
            (CSharpParseOptions)compilation.SyntaxTrees[0].Options))).AssertWritten();
    }

    [Fact]
    public void Another_attribute_with_the_same_name_does_not_register_a_model() =>
        Assert.DoesNotContain(
            "Owl",
            new DriverSession("public sealed class SharedModelAttribute : System.Attribute; [SharedModel] public sealed class Owl;").Text,
            StringComparison.Ordinal);

    [Fact]
    public void Libraries_can_be_added_and_removed()
    {
        var models = GeneratorRun.LibraryReference("[SharedModels.SharedModel] public sealed class Theirs;", "Models");
        var nothing = GeneratorRun.LibraryReference("public sealed class Nothing;", "Nothing");
        new DriverSession(Model)
            .Change(compilation => compilation.AddReferences(nothing)).AssertNothingChanged()
            .Change(compilation => compilation.AddReferences(models)).AssertWritten()
            .Change(compilation => compilation.RemoveReferences(nothing)).AssertNothingChanged()
            .Change(compilation => compilation.RemoveReferences(models)).AssertWritten()
            .Change(static compilation => compilation.RemoveReferences(GeneratorRun.Manager)).AssertWritten()
            .Change(static compilation => compilation.AddReferences(GeneratorRun.Manager)).AssertWritten();
    }

    [Fact]
    public void An_excluded_library_can_be_included_again()
    {
        var models = GeneratorRun.LibraryReference("[SharedModels.SharedModel] public sealed class Theirs;", "Models");
        var session = new DriverSession(Model, "[assembly: SharedModels.ExcludeSharedModels(\"Else\")]").Change(
            compilation => compilation.AddReferences(models));
        session.Edit(1, "\"Else\"", "\"Models\"").AssertWritten();
        Assert.DoesNotContain("Theirs", session.Text, StringComparison.Ordinal);
        session.Edit(1, "[assembly", "\n[assembly").AssertNothingWritten().Edit(1, "\"Models\"", "\"Else\"").AssertWritten();
        Assert.Contains("Theirs", session.Text, StringComparison.Ordinal);
    }
}
