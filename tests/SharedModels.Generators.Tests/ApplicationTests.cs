using Microsoft.CodeAnalysis;

namespace SharedModels.Generators.Tests;

/// <summary>The models that an application registers: its own, and the models of its libraries.</summary>
public sealed class ApplicationTests
{
    private const string TorchSource = """
        namespace TorchSharp
        {
            public static class torch
            {
                public static class nn
                {
                    public abstract class Module;

                    public abstract class Module<T> : Module;
                }
            }
        }
        """;

    private const string AdapterSource = """
        namespace Microsoft.Extensions.DependencyInjection
        {
            public static class TorchSharpServiceCollectionExtensions
            {
                public static ISharedModelsBuilder AddTorchModule<T>(this ISharedModelsBuilder builder, string id, System.Func<System.IServiceProvider, T> factory, System.Action<SharedModels.Configuration.ModelOptions>? configure = null)
                    where T : TorchSharp.torch.nn.Module => builder;
            }
        }
        """;

    private static readonly MetadataReference Vision = Library("Acme.Vision", "[SharedModel(\"owl\")] public sealed class Owl;");

    [Fact]
    public void A_library_that_only_references_others_adds_nothing_and_its_own_libraries_are_registered_once()
    {
        var between = GeneratorRun.LibraryReference("public sealed class Between { public Acme.Vision.Owl? Owl; }", "Between", Vision);
        AssertRegisters(Run("", Vision, between, Vision), "owl");
    }

    [Fact]
    public void Libraries_are_sorted_by_name_whatever_the_order_of_references()
    {
        var libraries = (string[])["B", "a", "C"];
        var references = libraries.Select(name => Library(
            name, $"[SharedModel(\"{name}-2\")] public sealed class Two; [SharedModel(\"{name}-1\")] public sealed class One;")).ToArray();
        string[] expected = ["Own", "B-1", "B-2", "C-1", "C-2", "a-1", "a-2"];
        AssertRegisters(Run("[SharedModel] public sealed class Own;", references), expected);
        Array.Reverse(references);
        AssertRegisters(Run("[SharedModel] public sealed class Own;", references), expected);
    }

    [Fact]
    public void An_excluded_library_registers_nothing() =>
        AssertRegisters(Run("[assembly: ExcludeSharedModels(\"acme.vision\")] [SharedModel] public sealed class Own;", Vision), "Own");

    [Fact]
    public void SHM020_reports_two_libraries_with_the_same_id() =>
        Run("", Vision, Library("Another", "[SharedModel(\"OWL\")] public sealed class Owl;")).AssertReports("SHM020").AssertIncremental();

    [Fact]
    public void One_of_two_libraries_with_the_same_id_can_be_excluded() =>
        AssertRegisters(Run("[assembly: ExcludeSharedModels(\"Another\")]", Vision, Library(
            "Another", "[SharedModel(\"OWL\")] public sealed class Owl;")), "owl");

    [Fact]
    public void An_id_of_the_application_itself_is_only_SHM004_however_many_libraries_have_it() =>
        Run("[SharedModel(\"owl\")] public sealed class Own;", Vision, Library(
            "Another", "[SharedModel(\"owl\")] public sealed class Owl;"))
            .AssertReports("SHM004", "SHM004").AssertCompiles();

    [Fact]
    public void SHM021_reports_two_libraries_with_the_same_class_name()
    {
        var run = Run(
            "",
            GeneratorRun.LibraryReference("[SharedModels.SharedModel(\"a\")] public sealed class Owl;", "A"),
            GeneratorRun.LibraryReference("[SharedModels.SharedModel(\"b\")] public sealed class Owl;", "B"));
        run.AssertReports("SHM021").AssertIncremental();
        Assert.Contains("'Owl' is a model in both 'A' and 'B'", run.Diagnostics[0].GetMessage(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_with_only_an_alias_is_not_registered() =>
        AssertRegisters(Run("[SharedModel] public sealed class Own;", Vision.WithAliases(["vision"])), "Own");

    [Theory]
    [InlineData("global")]
    [InlineData("vision", "global")]
    public void A_library_with_the_global_alias_is_registered(params string[] aliases) =>
        AssertRegisters(Run("", Vision.WithAliases(aliases)), "owl");

    [Fact]
    public void SHM023_warns_of_a_library_that_does_not_exist()
    {
        var run = Run("[assembly: ExcludeSharedModels(\"Acme.Vison\")]", Vision).AssertReports("SHM023").AssertIncremental();
        var warning = Assert.Single(run.Diagnostics);
        Assert.Equal(DiagnosticSeverity.Warning, warning.Severity);
        Assert.Equal(0, warning.Location.GetLineSpan().StartLinePosition.Line - 1);
        Assert.Contains("shared models are in Acme.Vision", warning.GetMessage(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_project_that_references_an_application_registers_its_public_models_too()
    {
        var application = GeneratorRun.ApplicationReference(
            "using SharedModels; namespace App { [SharedModel] public sealed class Shown; [SharedModel] internal sealed class Hidden; }",
            "Application",
            Vision);
        AssertRegisters(Run("[SharedModel] public sealed class Own;", application, Vision), "Own", "owl", "Shown");
    }

    [Fact]
    public void A_torch_module_is_passed_to_its_adapter()
    {
        var run = Run(
            "[SharedModel(\"net\", MaxLeases = 2, MaxReplicas = SharedModelAttribute.All)] "
            + "public sealed class Net(System.IServiceProvider services) : TorchSharp.torch.nn.Module<int>;",
            AdapterReference());
        run.AssertReports().AssertIncremental();
        Assert.Contains(
            "TorchSharpServiceCollectionExtensions.AddTorchModule<global::Net>(builder, \"net\", static provider => new global::Net(",
            run.Text,
            StringComparison.Ordinal);
        Assert.Contains(
            "typeof(global::Net), global::SharedModels.SharedModelKind.TorchModule) { MaxLeases = 2, MaxReplicas = -1 }",
            run.Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void SHM022_reports_a_torch_module_without_its_adapter()
    {
        var run = Run($"[SharedModel] public sealed class Net : TorchSharp.torch.nn.Module; {TorchSource}")
            .AssertReports("SHM022")
            .AssertIncremental();
        Assert.True(Assert.Single(run.Diagnostics).Location.GetLineSpan().IsValid);
        Assert.DoesNotContain("global::Net>", run.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_torch_module_that_loads_and_moves_itself_needs_no_adapter()
    {
        var run = Run(TorchSource + """
            public abstract class Loader : TorchSharp.torch.nn.Module;

            [SharedModel] public sealed class Net : Loader, ISharedModel
            {
                public ModelFootprint Footprint => default;
                public System.Threading.Tasks.ValueTask LoadAsync(System.Threading.CancellationToken cancellationToken) => default;
                public System.Threading.Tasks.ValueTask ToAsync(Device device, System.Threading.CancellationToken cancellationToken) => default;
            }
            """);
        AssertRegisters(run, "Net");
        Assert.Contains("SharedModelKind.SharedModel", run.Text, StringComparison.Ordinal);
    }

    /// <summary>Returns an adapter assembly that also contains the base class of modules.</summary>
    private static MetadataReference AdapterReference() =>
        GeneratorRun.ApplicationReference(TorchSource + AdapterSource, "SharedModels.TorchSharp");

    private static MetadataReference Library(string name, string source) =>
        GeneratorRun.LibraryReference($"using SharedModels; namespace {name}; {source}", name);

    private static GeneratorRun Run(string source, params MetadataReference[] libraries) =>
        GeneratorRun.Application("using SharedModels;\n" + source, libraries);

    private static void AssertRegisters(GeneratorRun run, params string[] ids)
    {
        run.AssertCompiles().AssertReports().AssertIncremental();
        Assert.Equal(ids, Registered(run.Text));
    }

    /// <summary>Returns the ids in the order in which they are registered, each class by a method of its own.</summary>
    private static IEnumerable<string> Registered(string text)
    {
        const string Call = "            Register", Method = "        private static void Register";
        foreach (var line in text.Split('\n').Where(static line => line.StartsWith(Call, StringComparison.Ordinal)))
        {
            var name = line[Call.Length..line.IndexOf('(', StringComparison.Ordinal)];
            var method = text[text.IndexOf($"{Method}{name}(", StringComparison.Ordinal)..];
            var body = method[..method.IndexOf("\n        }", StringComparison.Ordinal)];
            foreach (var registration in body.Split('\n').Where(static line => line.Contains(".AddModel<", StringComparison.Ordinal)))
                yield return registration.Split('"')[1];
        }
    }
}
