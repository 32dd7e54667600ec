namespace SharedModels.Generators.Tests;

/// <summary>The constructor that is called, and its arguments.</summary>
public sealed class ConstructorTests
{
    private const string Get = "global::Microsoft.Extensions.DependencyInjection.ServiceProvider";

    [Theory]
    [InlineData("string path = \"model.bin\"", "")]
    [InlineData("int count = 3", "")]
    [InlineData("int? count = 3", "")]
    [InlineData("S? s = null", $"@s: {Get}ServiceExtensions.GetService<global::S>(provider)")]
    [InlineData("S s = null!", $"@s: {Get}ServiceExtensions.GetService<global::S>(provider)!")]
    [InlineData("[FromKeyedServices(null)] int count = 3", "")]
    [InlineData(
        "[FromKeyedServices(\"k\")] string path = \"model.bin\"",
        $"@path: {Get}KeyedServiceExtensions.GetKeyedService<string>(provider, \"k\") ?? \"model.bin\"")]
    [InlineData(
        "[FromKeyedServices(\"k\")] int count = 3",
        $"@count: (int?){Get}KeyedServiceExtensions.GetKeyedService(provider, typeof(int), \"k\") ?? 3")]
    [InlineData(
        "[FromKeyedServices(\"k\")] int? count = null",
        $"@count: (int?){Get}KeyedServiceExtensions.GetKeyedService(provider, typeof(int), \"k\") ?? default(int?)")]
    [InlineData(
        "[FromKeyedServices(\"k\")] decimal price = 1.5m",
        $"@price: (decimal?){Get}KeyedServiceExtensions.GetKeyedService(provider, typeof(decimal), \"k\") ?? 1.5M")]
    [InlineData(
        "[FromKeyedServices(\"k\")] System.DayOfWeek day = System.DayOfWeek.Friday",
        $"@day: (global::System.DayOfWeek?){Get}KeyedServiceExtensions.GetKeyedService(provider, typeof(global::System.DayOfWeek), \"k\") "
        + "?? global::System.DayOfWeek.Friday")]
    public void A_default_value_replaces_a_missing_service(string parameter, string argument) =>
        AssertConstructs(parameter, argument);

    [Theory]
    [InlineData("5", "5")]
    [InlineData("5L", "5L")]
    [InlineData("5U", "5U")]
    [InlineData("5UL", "5UL")]
    [InlineData("(byte)5", "(byte)(5)")]
    [InlineData("(short)-5", "(short)(-5)")]
    [InlineData("1.5f", "1.5F")]
    [InlineData("1.0", "1D")]
    [InlineData("'x'", "'x'")]
    [InlineData("true", "true")]
    [InlineData("\"big\"", "\"big\"")]
    [InlineData("typeof(S)", "typeof(global::S)")]
    [InlineData("System.DayOfWeek.Friday", "global::System.DayOfWeek.Friday")]
    [InlineData("(System.DayOfWeek)9", "(global::System.DayOfWeek)(9)")]
    public void A_key_keeps_its_value_and_its_type(string key, string literal) =>
        AssertConstructs(
            $"[FromKeyedServices({key})] S s", $"@s: {Get}KeyedServiceExtensions.GetRequiredKeyedService<global::S>(provider, {literal})");

    [Fact]
    public void A_null_key_means_no_key() =>
        AssertConstructs("[FromKeyedServices(null)] S s", $"@s: {Get}ServiceExtensions.GetRequiredService<global::S>(provider)");

    [Fact]
    public void An_internal_model_can_have_an_internal_key() => Assert.Contains(
        "provider, global::Key.A)",
        Run("internal enum Key { A } [SharedModel] internal sealed class Model { public Model([FromKeyedServices(Key.A)] S s) { } }").Text,
        StringComparison.Ordinal);

    [Theory]
    [InlineData(
        "params System.Collections.Generic.IEnumerable<S> s",
        $"@s: {Get}ServiceExtensions.GetRequiredService<global::System.Collections.Generic.IEnumerable<global::S>>(provider)")]
    [InlineData("params System.Collections.Generic.List<S> s", "")]
    [InlineData("params System.ReadOnlySpan<S> s", "")]
    [InlineData("params S[] s", "")]
    public void Of_the_collections_of_params_only_the_container_has_IEnumerable(string parameter, string argument) =>
        AssertConstructs(parameter, argument);

    [Fact]
    public void An_inherited_key_is_the_id_of_the_model()
    {
        var run = Run("[SharedModel(\"a\"), SharedModel(\"b\")] public sealed class Model { public Model([FromKeyedServices] S s) { } }");
        Assert.Contains(
            $"new global::Model(@s: {Get}KeyedServiceExtensions.GetRequiredKeyedService<global::S>(provider, \"a\"))",
            run.Text,
            StringComparison.Ordinal);
        Assert.Contains(
            $"new global::Model(@s: {Get}KeyedServiceExtensions.GetRequiredKeyedService<global::S>(provider, \"b\"))",
            run.Text,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("string id")]
    [InlineData("object id")]
    [InlineData("string? id = null")]
    public void A_service_key_is_the_id_of_the_model(string parameter)
    {
        var run = Run(
            $"[SharedModel(\"a\"), SharedModel(\"b\")] public sealed class Model {{ public Model([ServiceKey] {parameter}) {{ }} }}");
        Assert.Contains("new global::Model(@id: \"a\")", run.Text, StringComparison.Ordinal);
        Assert.Contains("new global::Model(@id: \"b\")", run.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("IOptionsMonitor<S> s", "GetModelOptions<global::S>(provider, \"a\")")]
    [InlineData("IOptionsMonitor<S>? s = null", "GetModelOptions<global::S>(provider, \"a\")")]
    [InlineData("IOptions<S> s", "GetRequiredService<global::Microsoft.Extensions.Options.IOptions<global::S>>(provider)")]
    [InlineData(
        "[FromKeyedServices(1)] IOptionsMonitor<S> s",
        "GetRequiredKeyedService<global::Microsoft.Extensions.Options.IOptionsMonitor<global::S>>(provider, 1)")]
    public void A_monitor_gets_the_options_of_the_model_and_other_services_come_from_the_application(string parameter, string argument)
    {
        var run = Run(
            $"namespace A {{ using Microsoft.Extensions.Options; [SharedModel(\"a\")] public sealed class Model {{ public "
            + $"Model({parameter}) {{ }} }} }}");
        Assert.Contains(argument, run.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_constructor_with_only_services_goes_before_a_longer_one_with_a_text_or_a_number() =>
        Assert.Contains(
            "new global::Model(@s:",
            Run(
                "[SharedModel] public sealed class Model { public Model(S s) { } public Model(S s, string path) { } public Model(S s, S "
                + "t, int count) { } }").Text,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("public Model([ServiceKey] int id) { }")]
    [InlineData("public Model(ref S s) { }")]
    [InlineData("public Model(out S s) => s = new();")]
    [InlineData("public Model(ref readonly S s) { }")]
    [InlineData("public Model(System.ReadOnlySpan<char> s) { }")]
    [InlineData("[System.Obsolete(\"Old.\", true)] public Model(S s) { }")]
    [InlineData("internal Model(S s) { }")]
    [InlineData("public Model([FromKeyedServices(new[] { 1 })] S s) { }")]
    public void A_constructor_that_cannot_be_called_is_skipped(string constructor)
    {
        var run = Run($"[SharedModel] public sealed class Model {{ public Model() {{ }} {constructor} }}");
        Assert.Contains("new global::Model()", run.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_internal_constructor_of_an_internal_class_is_called() =>
        Assert.Contains(
            "new global::Model()",
            Run("[SharedModel] internal sealed class Model { internal Model() { } }").Text,
            StringComparison.Ordinal);

    [Fact]
    public void A_public_constructor_of_an_internal_class_goes_before_an_internal_one() =>
        Assert.Contains(
            "new global::Model()",
            Run("[SharedModel] internal sealed class Model { public Model() { } internal Model(S s) { } }").Text,
            StringComparison.Ordinal);

    private static void AssertConstructs(string parameter, string argument)
    {
        var run = Run($"[SharedModel] public sealed class Model {{ public Model({parameter}) {{ }} }}");
        Assert.Contains($"static provider => new global::Model({argument}));", run.Text, StringComparison.Ordinal);
    }

    private static GeneratorRun Run(string source) =>
        GeneratorRun.Application("using SharedModels; using Microsoft.Extensions.DependencyInjection; public sealed class S;\n" + source)
            .AssertCompiles().AssertReports().AssertIncremental();
}
