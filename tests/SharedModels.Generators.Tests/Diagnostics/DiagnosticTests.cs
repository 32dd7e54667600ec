using System.Globalization;
using Microsoft.CodeAnalysis;

namespace SharedModels.Generators.Tests.Diagnostics;

/// <summary>Mistakes that are reported, and similar code that is not. Generated code compiles in both cases.</summary>
public sealed class DiagnosticTests
{
    [Theory]
    [InlineData("[SharedModel] public abstract class Model;", "abstract")]
    [InlineData("[SharedModel] public static class Model;", "static")]
    [InlineData("[SharedModel] public sealed class Model<T>;", "generic")]
    [InlineData("public class Outer { [SharedModel] private sealed class Model; }", "private to a class or a file")]
    [InlineData("public class Outer { [SharedModel] protected class Model; }", "private to a class or a file")]
    [InlineData("public class Outer<T> { [SharedModel] public sealed class Model; }", "nested in a generic class")]
    [InlineData("[SharedModel] file sealed class Model;", "private to a class or a file")]
    [InlineData("[SharedModel, System.Obsolete(\"Old.\", true)] public sealed class Model;", "obsolete, and using it is an error")]
    public void SHM001_reports_a_class_that_cannot_be_constructed(string source, string reason) =>
        AssertReported(
            source,
            "SHM001",
            $"Class 'Model' cannot be a shared model because it is {reason}; make it a concrete, non-generic class that is accessible in "
            + "its whole assembly, or remove [SharedModel]");

    [Theory]
    [InlineData("[SharedModel] public sealed class Model : Base; public abstract class Base;")]
    [InlineData("[SharedModel] public sealed class Model : System.Collections.Generic.List<int>;")]
    [InlineData("public class Outer { [SharedModel] protected internal class Model; }")]
    [InlineData("public abstract class Model;")]
    public void SHM001_does_not_report_other_classes(string source) => AssertQuiet(source);

    [Theory]
    [InlineData("private Model() { }", "it has no public constructor; add one that takes the services it needs")]
    [InlineData("internal Model() { }", "it has no public constructor; add one that takes the services it needs")]
    [InlineData("public Model(ref S s) { }", "parameter 's' is passed by reference; pass the service by value")]
    [InlineData("public Model(out S s) => s = new();", "parameter 's' is passed by reference; pass the service by value")]
    [InlineData(
        "public Model(System.Span<int> s) { }",
        "the type of parameter 's' cannot be a service; use a class or an interface that generated code can name")]
    [InlineData(
        "public unsafe Model(int* s) { }",
        "the type of parameter 's' cannot be a service; use a class or an interface that generated code can name")]
    [InlineData(
        "public unsafe Model(delegate*<void> s) { }",
        "the type of parameter 's' cannot be a service; use a class or an interface that generated code can name")]
    [InlineData(
        "public required S Service { get; init; }",
        "member 'Service' is required; set it in a constructor with [SetsRequiredMembers]")]
    [InlineData("public required S Service;", "member 'Service' is required; set it in a constructor with [SetsRequiredMembers]")]
    [InlineData(
        "[System.Obsolete(\"Old.\", true)] public Model() { }",
        "the constructor is marked [Obsolete] as an error; add one that is not obsolete")]
    [InlineData(
        "private enum Key { A } public Model([FromKeyedServices(Key.A)] S s) { }",
        "the key of parameter 's' cannot be written in generated code; use a string, a number, or an enum or a type that is as accessible "
        + "as the model")]
    [InlineData(
        "internal enum Key { A } public Model([FromKeyedServices(Key.A)] S s) { }",
        "the key of parameter 's' cannot be written in generated code; use a string, a number, or an enum or a type that is as accessible "
        + "as the model")]
    [InlineData(
        "internal class Key<T>; public class Key { public class Inner<T>; } public Model([FromKeyedServices(typeof(Key.Inner<Key<int>>))] "
        + "S s) { }",
        "the key of parameter 's' cannot be written in generated code; use a string, a number, or an enum or a type that is as accessible "
        + "as the model")]
    [InlineData(
        "public Model([FromKeyedServices(new[] { 1 })] S s) { }",
        "the key of parameter 's' cannot be written in generated code; use a string, a number, or an enum or a type that is as accessible "
        + "as the model")]
    [InlineData(
        "public Model() { } [ActivatorUtilitiesConstructor] public Model(ref S s) { }",
        "parameter 's' is passed by reference; pass the service by value")]
    public void SHM002_reports_a_class_without_a_constructor_for_the_container(string member, string obstacle) =>
        AssertReported(
            $"public class S; [SharedModel] public sealed class Model {{ {member} }}",
            "SHM002",
            $"Generated code cannot call a constructor of class 'Model': {obstacle}");

    [Theory]
    [InlineData("public Model(in S s) { }")]
    [InlineData("public Model() { } private Model(S s) { }")]
    [InlineData("public static S Shared = new();")]
    [InlineData("public Model([FromKeyedServices(\"1\")] S s) { }")]
    public void SHM002_does_not_report_other_constructors(string member) =>
        AssertQuiet($"public class S; [SharedModel] public sealed class Model {{ {member} }}");

    [Theory]
    [InlineData("google/owlv2", "google/owlv2")]
    [InlineData("a\\nb", "a\\nb")]
    [InlineData("a<b", "a<b")]
    [InlineData("modèle", "modèle")]
    [InlineData(" ", " ")]
    [InlineData("", "")]
    public void SHM003_reports_an_id_that_the_manager_rejects(string id, string shown) => AssertReported(
        $"[SharedModel(\"{id}\")] public sealed class Model;",
        "SHM003",
        $"'{shown}' of class 'Model' is not a valid model id; use 1 to 100 letters (A to Z), digits, '.', '_' and '-' in [SharedModel]");

    [Fact]
    public void SHM003_reports_a_class_name_that_cannot_be_an_id() =>
        GeneratorRun.Application("[SharedModels.SharedModel] public sealed class Modèle;").AssertReports("SHM003").AssertCompiles();

    [Fact]
    public void SHM003_does_not_affect_the_other_registrations_of_the_class()
    {
        var run = GeneratorRun.Application(
            "using SharedModels; [SharedModel(\"google/owlv2\"), SharedModel(\"owlv2\")] public sealed class Model;");
        run.AssertReports("SHM003").AssertCompiles().AssertIncremental();
        Assert.Contains("AddModel<global::Model>(builder, \"owlv2\"", run.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("google", run.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(101)]
    public void SHM003_accepts_a_hundred_characters(int length) =>
        GeneratorRun.Application($"[SharedModels.SharedModel(\"{new string('a', length)}\")] public sealed class Model;")
            .AssertReports(length > 100 ? ["SHM003"] : []);

    [Fact]
    public void SHM003_accepts_every_character_that_ids_can_have() =>
        AssertQuiet("[SharedModel(\"A-z_0.9\")] public sealed class Model;");

    [Theory]
    [InlineData(
        "[SharedModel(\"a\")] public sealed class One; [SharedModel(\"a\")] public sealed class Two;",
        "Id 'a' of class 'Two' is already used by a model of class 'One'")]
    [InlineData(
        "[SharedModel(\"owl\")] public sealed class One; [SharedModel(\"OWL\")] public sealed class Two;",
        "Id 'OWL' of class 'Two' is already used by a model of class 'One'")]
    [InlineData(
        "[SharedModel(\"a\"), SharedModel(\"a\")] public sealed class One;",
        "Id 'a' of class 'One' is already used by a model of class 'One'")]
    [InlineData(
        "namespace A { [SharedModel] public sealed class Net; } namespace B { [SharedModel] public sealed class Net; }",
        "Id 'Net' of class 'Net' is already used by a model of class 'Net'")]
    public void SHM004_reports_an_id_that_is_used_twice(string source, string message)
    {
        var run = GeneratorRun.Application("using SharedModels;\n" + source).AssertReports("SHM004").AssertCompiles().AssertIncremental();
        Assert.StartsWith(message, Message(run), StringComparison.Ordinal);
        Assert.Equal(2, run.Text.Split("AddModel<").Length);
    }

    [Fact]
    public void SHM004_reports_an_id_that_a_library_uses_already()
    {
        var run = GeneratorRun.Application(
            "[SharedModels.SharedModel(\"NET\")] public sealed class Own;",
            GeneratorRun.LibraryReference("[SharedModels.SharedModel(\"net\")] public sealed class Theirs;"));
        run.AssertReports("SHM004").AssertCompiles().AssertIncremental();
        Assert.StartsWith("Id 'net' of class 'Theirs' is already used by a model of class 'Own'", Message(run), StringComparison.Ordinal);
        Assert.True(run.Diagnostics[0].Location.GetLineSpan().IsValid);
    }

    [Fact]
    public void SHM004_does_not_report_ids_that_differ() => AssertQuiet(
        "[SharedModel(\"a\"), SharedModel(\"a.\"), SharedModel] public sealed class One; [SharedModel] public sealed class Two;");

    [Theory]
    [InlineData("five minutes")]
    [InlineData("")]
    [InlineData("25:00:00:00:00")]
    [InlineData("-00:05:00")]
    [InlineData("4")]
    [InlineData("24:00:00")]
    public void SHM005_reports_an_invalid_time(string time) => AssertReportedAndRegistered(
        $"[SharedModel(KeepAlive = \"{time}\")] public sealed class Model;",
        "SHM005",
        $"KeepAlive of class 'Model' is '{time}', which is not a valid time; use hours, minutes and seconds such as 00:05:00, or 00:00:00 "
        + "to free the model after each use");

    [Theory]
    [InlineData("\"00:00:00\"")]
    [InlineData("\"1.00:00:00\"")]
    [InlineData("null")]
    public void SHM005_does_not_report_valid_times(string time) =>
        AssertQuiet($"[SharedModel(KeepAlive = {time})] public sealed class Model;");

    [Theory]
    [InlineData(0)]
    [InlineData(-2)]
    public void SHM006_reports_an_impossible_number_of_leases(int number) => AssertReportedAndRegistered(
        $"[SharedModel(MaxLeases = {number})] public sealed class Model;",
        "SHM006",
        $"MaxLeases of class 'Model' is {number}; use 1 or more, or SharedModelAttribute.PerProcessor, or omit it for exclusive use");

    [Theory]
    [InlineData("1")]
    [InlineData("SharedModelAttribute.PerProcessor")]
    public void SHM006_does_not_report_possible_numbers(string number) =>
        AssertQuiet($"[SharedModel(MaxLeases = {number})] public sealed class Model;");

    [Fact]
    public void A_diagnostic_points_at_the_attribute()
    {
        var run = GeneratorRun.Application("using SharedModels;\n\n  [SharedModel(\"a b\")] public sealed class Model;");
        var span = Assert.Single(run.Diagnostics).Location.GetLineSpan();
        Assert.Equal((2, 3, 21), (span.StartLinePosition.Line, span.StartLinePosition.Character, span.EndLinePosition.Character));
    }

    [Theory]
    [InlineData("(DevicePreference)9", "9")]
    [InlineData("(DevicePreference)(-1)", "-1")]
    public void SHM018_reports_a_device_that_does_not_exist(string value, string shown) => AssertReportedAndRegistered(
        $"[SharedModel(Device = {value})] public sealed class Model;",
        "SHM018",
        $"Device of class 'Model' is {shown}, which is not a member of DevicePreference; use Auto, Cpu or Accelerator, or omit it for "
        + "Auto");

    [Theory]
    [InlineData("DevicePreference.Cpu")]
    [InlineData("(DevicePreference)1")]
    public void SHM018_does_not_report_members(string value) =>
        AssertQuiet($"[SharedModel(Device = {value})] public sealed class Model;");

    [Theory]
    [InlineData(0)]
    [InlineData(-2)]
    public void SHM033_reports_an_impossible_number_of_replicas(int number) => AssertReportedAndRegistered(
        $"[SharedModel(MaxReplicas = {number})] public sealed class Model;",
        "SHM033",
        $"MaxReplicas of class 'Model' is {number}; use 1 or more, or SharedModelAttribute.All for each device, or omit it for 1");

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    [InlineData("SharedModelAttribute.All")]
    public void SHM033_does_not_report_possible_numbers(string number) =>
        AssertQuiet($"[SharedModel(MaxReplicas = {number})] public sealed class Model;");

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(65_537)]
    public void SHM027_reports_an_impossible_number_of_inputs(int number) => AssertReportedAndRegistered(
        $"[SharedModel(MaxBatchSize = {number})] {BatchModel}",
        "SHM027",
        $"MaxBatchSize of class 'Model' is {number}; use 1, which turns batches off, to 65536, or omit it for 32");

    [Theory]
    [InlineData(1)]
    [InlineData(65_536)]
    public void SHM027_does_not_report_possible_numbers(int number) =>
        AssertQuiet($"[SharedModel(MaxBatchSize = {number})] {BatchModel}");

    [Theory]
    [InlineData("(BatchFailure)2", "2")]
    [InlineData("(BatchFailure)(-1)", "-1")]
    public void SHM028_reports_a_failure_handling_that_does_not_exist(string value, string shown) => AssertReportedAndRegistered(
        $"[SharedModel(BatchFailure = {value})] {BatchModel}",
        "SHM028",
        $"BatchFailure of class 'Model' is {shown}, which is not a member of BatchFailure; use Split or Fail, or omit it for Split");

    [Theory]
    [InlineData("BatchFailure.Fail")]
    [InlineData("(BatchFailure)0")]
    public void SHM028_does_not_report_members(string value) => AssertQuiet($"[SharedModel(BatchFailure = {value})] {BatchModel}");

    [Theory]
    [InlineData("MaxBatchSize = 8", "MaxBatchSize")]
    [InlineData("MaxBatchSize = SharedModelAttribute.DefaultBatchSize", "MaxBatchSize")]
    [InlineData("MaxLeases = 2, BatchFailure = BatchFailure.Split", "BatchFailure")]
    [InlineData("MaxBatchSize = 8, BatchFailure = BatchFailure.Fail", "MaxBatchSize and BatchFailure")]
    public void SHM029_reports_batch_settings_of_another_class(string arguments, string shown)
    {
        var run = GeneratorRun.Application($"using SharedModels; [SharedModel({arguments})] public sealed class Model;");
        run.AssertReports("SHM029").AssertCompiles().AssertIncremental();
        Assert.Equal(DiagnosticSeverity.Warning, run.Diagnostics[0].Severity);
        Assert.Equal(
            $"[SharedModel] sets {shown}, but class 'Model' does not implement IBatchModel<TInput, TOutput>, so none of its inputs run in "
            + $"batches; implement the interface, or remove {shown}",
            Message(run));
    }

    [Theory]
    [InlineData("[SharedModel(MaxLeases = 2)] public sealed class Model;")]
    [InlineData("[SharedModel(MaxBatchSize = 8)] public sealed class Derived : Model; [SharedModel(MaxBatchSize = 8)] " + BatchModel)]
    public void SHM029_does_not_report_batch_models_and_other_settings(string source) => AssertQuiet(source);

    [Theory]
    [InlineData("InferenceSession")]
    [InlineData("Session")]
    public void SHM034_reports_a_session_whose_memory_is_not_counted(string baseClass)
    {
        var run = GeneratorRun.Application($"{Sessions} [SharedModel] public sealed class Model : {baseClass};");
        run.AssertReports("SHM034").AssertCompiles().AssertIncremental();
        Assert.Equal(DiagnosticSeverity.Warning, run.Diagnostics[0].Severity);
        Assert.Equal(
            "Class 'Model' derives from InferenceSession, so it counts as 0 bytes in every memory budget and is never evicted to make "
            + "room; derive from OnnxModel of the package SharedModels.OnnxRuntime",
            Message(run));
    }

    [Theory]
    [InlineData("public sealed class Model : InferenceSession, IPlacedModel { MEMBERS }")]
    [InlineData("public sealed class Model { public InferenceSession? Session; }")]
    [InlineData("public sealed class Model : Other.InferenceSession;")]
    public void SHM034_does_not_report_other_classes(string model) => GeneratorRun.Application(
        $"{Sessions} namespace Other {{ public class InferenceSession; }} namespace Mine {{ [SharedModel] {model} }}"
            .Replace("MEMBERS", PlacedMembers, StringComparison.Ordinal)).AssertReports().AssertCompiles();

    [Fact]
    public void A_pragma_suppresses_a_diagnostic_for_one_class() => GeneratorRun.Application("""
        using SharedModels;
        public class Outer
        {
        #pragma warning disable SHM001
            [SharedModel] private sealed class ByHand;
        #pragma warning restore SHM001
            [SharedModel] private sealed class Forgotten;
        }
        """).AssertReports("SHM001");

    [Fact]
    public void A_project_can_suppress_a_diagnostic() =>
        GeneratorRun.Application("public class Outer { [SharedModels.SharedModel] private sealed class Model; }", suppressed: "SHM001")
            .AssertReports()
            .AssertCompiles();

    [Fact]
    public void A_mistake_in_a_partial_class_is_reported_once() => GeneratorRun.Application(
        "using SharedModels; [SharedModel(\"a b\")] public sealed partial class Model; [SharedModel(\"b\")] public sealed partial class "
        + "Model;").AssertReports("SHM003").AssertCompiles();

    [Fact]
    public void A_library_reports_mistakes_in_its_own_models() =>
        GeneratorRun.Library("[SharedModels.SharedModel(\"a b\")] public sealed class Model;").AssertReports("SHM003").AssertIncremental();

    private const string BatchModel = "public class Model : IBatchModel<int, int> { public "
        + "System.Collections.Generic.IReadOnlyList<int> InvokeBatch(System.Collections.Generic.IReadOnlyList<int> inputs, "
        + "System.Threading.CancellationToken cancellationToken) => inputs; }";

    private const string Sessions = "using System.Threading; using System.Threading.Tasks; using SharedModels; "
        + "using Microsoft.ML.OnnxRuntime; "
        + "namespace Microsoft.ML.OnnxRuntime { public class InferenceSession; public class Session : InferenceSession; }";

    private const string PlacedMembers = "public ModelFootprint FootprintOn(Device device) => default; "
        + "public ValueTask PlaceAsync(Device device, CancellationToken cancellationToken) => default; "
        + "public ValueTask RemoveAsync() => default;";

    private static void AssertReported(string source, string id, string message)
    {
        var run = GeneratorRun.Application("using SharedModels; using Microsoft.Extensions.DependencyInjection;\n" + source);
        run.AssertReports(id).AssertCompiles().AssertIncremental();
        Assert.Equal(message, Message(run));
        Assert.Equal(DiagnosticSeverity.Error, run.Diagnostics[0].Severity);
        Assert.DoesNotContain("AddModel<", run.Text, StringComparison.Ordinal);
    }

    private static void AssertReportedAndRegistered(string source, string id, string message)
    {
        var run = GeneratorRun.Application("using SharedModels;\n" + source).AssertReports(id).AssertCompiles().AssertIncremental();
        Assert.Equal(message, Message(run));
        Assert.Contains(
            "AddModel<global::Model>(builder, \"Model\", static provider => new global::Model());", run.Text, StringComparison.Ordinal);
    }

    private static void AssertQuiet(string source) =>
        GeneratorRun.Application("using SharedModels; using Microsoft.Extensions.DependencyInjection;\n" + source)
            .AssertReports()
            .AssertCompiles()
            .AssertIncremental();

    private static string Message(GeneratorRun run) => run.Diagnostics[0].GetMessage(CultureInfo.InvariantCulture);
}
