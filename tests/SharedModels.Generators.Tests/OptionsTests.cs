namespace SharedModels.Generators.Tests;

/// <summary>The code that reads each property of a model's options. Tests in SharedModels.Tests check the results.</summary>
public sealed class OptionsTests
{
    [Theory]
    [InlineData("string", "options.@P = Convert(@_P, static text => text);")]
    [InlineData("string?", "options.@P = Convert(@_P, static text => text);")]
    [InlineData("int", "Parse<int>(text)")]
    [InlineData("double?", "text.Length == 0 ? (double?)null : Parse<double>(text)")]
    [InlineData("bool", "bool.Parse(text)")]
    [InlineData("char", "char.Parse(text)")]
    [InlineData("System.DayOfWeek", "global::System.Enum.Parse<global::System.DayOfWeek>(text, ignoreCase: true)")]
    [InlineData("System.TimeSpan", "ParseTime(text)")]
    [InlineData("System.Guid?", "Parse<global::System.Guid>(text)")]
    [InlineData("System.Uri?", "new global::System.Uri(text")]
    [InlineData("string[]", "Enumerable.ToArray(Items(@_P, static text => text))")]
    [InlineData("System.Collections.Generic.List<int>?", "Enumerable.ToList(Items(@_P, static text => Parse<int>(text)))")]
    [InlineData("System.Collections.Generic.HashSet<int?>", "Enumerable.ToHashSet(Items(@_P, static text => text.Length == 0")]
    [InlineData("System.Collections.Generic.IReadOnlyList<System.Uri>", "Enumerable.ToArray(Items(")]
    [InlineData("System.Collections.Generic.Dictionary<string, float>", "options.@P[child.Key] = Convert(child")]
    [InlineData("Nested", "Bind(@_P, options.@P ??= new global::Nested());")]
    public void A_property_is_read_by_its_type(string type, string code) =>
        Assert.Contains(code, Assert.Single(Reads(type)), StringComparison.Ordinal);

    [Theory]
    [InlineData("System.Globalization.CultureInfo")]
    [InlineData("System.Type")]
    [InlineData("System.Func<int>")]
    [InlineData("System.Collections.Generic.Dictionary<int, int>")]
    [InlineData("int[,]")]
    [InlineData("object")]
    public void A_property_that_cannot_be_read_from_text_is_ignored(string type) => Assert.Empty(Reads(type));

    [Theory]
    [InlineData("public System.Collections.Generic.List<string> P { get; } = [];", "options.@P.Clear(); foreach (var item in")]
    [InlineData("public System.Collections.Generic.Dictionary<string, int> P { get; } = [];", "options.@P[child.Key] = ")]
    [InlineData("public Settings? P { get; }", "if (options.@P is { } nested) Bind(@_P, nested);")]
    public void A_property_that_cannot_be_set_is_filled(string property, string code) =>
        Assert.Contains(code, Run($"public class Settings {{ {property} }}").Text, StringComparison.Ordinal);

    [Theory]
    [InlineData("public int P { get; init; }")]
    [InlineData("public int P { get; private set; }")]
    [InlineData("public int P => 1;")]
    [InlineData("internal int P { get; set; }")]
    [InlineData("public static int P { get; set; }")]
    [InlineData("public int[] P { get; } = [];")]
    [InlineData("[System.Obsolete(\"Old.\", true)] public int P { get; set; }")]
    [InlineData("public int this[int i] { get => i; set { } }")]
    public void A_property_that_users_cannot_set_is_ignored(string property) =>
        Assert.DoesNotContain("if (Find(section", Run($"public class Settings {{ {property} }}").Text, StringComparison.Ordinal);

    [Fact]
    public void Properties_of_base_classes_are_read_and_hidden_properties_only_once()
    {
        var run = Run(
            "public class Basic { public int A { get; set; } public int B { get; set; } } public class Settings : Basic { public new "
            + "string A { get; set; } = \"\"; public int @class { get; set; } }");
        Assert.Equal(3, run.Text.Split("if (Find(section").Length - 1);
    }

    [Fact]
    public void Options_that_several_models_share_are_read_by_one_method() =>
        Assert.Single(
            Run(
                "public class Settings { public int P { get; set; } } [SharedModel(\"x\"), SharedModel(\"y\")] public sealed class "
                + "Another { public Another(IOptionsMonitor<Settings>? settings = null) { } }").Text.Split('\n'),
            static line => line.Contains("void Bind(", StringComparison.Ordinal));

    [Theory]
    [InlineData("Setting<string>", "Setting<string?>")]
    [InlineData("Setting<(int A, int B)>", "Setting<(int, int)>")]
    [InlineData("Setting<dynamic>", "Setting<object>")]
    public void Options_that_overloads_cannot_tell_apart_are_read_by_one_method(string one, string other)
    {
        var run = GeneratorRun.Application(
            "using SharedModels; using Microsoft.Extensions.Options; public class Setting<T> { public int P { get; set; } } "
            + $"[SharedModel] public sealed class A(IOptionsMonitor<{one}> o) {{ public object O => o; }} "
            + $"[SharedModel] public sealed class B(IOptionsMonitor<{other}> o) {{ public object O => o; }}");
        Assert.Empty(run.Output.GetDiagnostics().Where(
            static diagnostic => diagnostic.Severity >= Microsoft.CodeAnalysis.DiagnosticSeverity.Warning));
        Assert.Single(run.Text.Split('\n'), static line => line.Contains("void Bind(", StringComparison.Ordinal));
    }

    [Fact]
    public void A_monitor_of_a_struct_is_a_service() => Assert.Contains(
        "GetRequiredService<global::Microsoft.Extensions.Options.IOptionsMonitor<int>>(provider)",
        GeneratorRun.Application(
            "[SharedModels.SharedModel] public sealed class A(Microsoft.Extensions.Options.IOptionsMonitor<int> o) "
            + "{ public object O => o; }").AssertCompiles().Text,
        StringComparison.Ordinal);

    [Fact]
    public void A_model_without_options_has_no_binder() =>
        Assert.DoesNotContain(
            "ModelOptionsBinder",
            GeneratorRun.Application(
                "[SharedModels.SharedModel] public sealed class Model { public Model(Microsoft.Extensions.Options.IOptions<Model> "
                + "options) { } }").Text,
            StringComparison.Ordinal);

    private static IEnumerable<string> Reads(string type) =>
        Run($$"""
            public sealed class Nested { public Nested? Inner { get; set; } public int Size { get; set; } }
            public class Settings { public {{type}} P { get; set; } = default!; }
            """).Text.Split('\n').Where(static line => line.Contains("options.@P", StringComparison.Ordinal));

    private static GeneratorRun Run(string source) =>
        GeneratorRun.Application(
            $"using SharedModels; using Microsoft.Extensions.Options; {source} [SharedModel] public sealed class Model {{ public "
            + $"Model(IOptionsMonitor<Settings> settings) {{ }} }}")
            .AssertCompiles().AssertReports().AssertIncremental();
}
