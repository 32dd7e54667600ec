namespace SharedModels.Generators.Tests;

public sealed class ParserTests
{
    [Fact]
    public void A_partial_class_is_registered_once_with_the_attributes_of_all_its_parts()
    {
        var run = GeneratorRun.Application("""
            using SharedModels;
            [SharedModel("a")] public sealed partial class Model;
            [SharedModel("b")] public sealed partial class Model;
            """);
        run.AssertCompiles().AssertReports().AssertIncremental();
        Assert.Equal(3, run.Text.Split("AddModel<").Length);
    }

    [Fact]
    public void An_alias_in_a_nested_namespace_marks_a_model() => Assert.Contains(
        "AddModel<global::A.B.Model>",
        GeneratorRun.Application(
            "namespace A { namespace B { using Mark = SharedModels.SharedModelAttribute; [Mark(\"x\")] public sealed class Model; } }")
            .AssertCompiles().AssertReports().Text,
        StringComparison.Ordinal);

    [Fact]
    public void The_generated_code_of_an_application_does_not_collide_with_that_of_its_tests()
    {
        var application = GeneratorRun.Application("""
            [assembly: System.Runtime.CompilerServices.InternalsVisibleTo("App")]
            [SharedModels.SharedModel] public sealed class Model;
            """);
        using var image = new MemoryStream();
        Assert.True(application.Output.WithAssemblyName("Application").Emit(image).Success);
        var tests = GeneratorRun.Application(
            """
            using Microsoft.Extensions.DependencyInjection;
            public static class Tests
            {
                public static void Run(IServiceCollection services) => services.AddSharedModels();
            }
            """,
            Microsoft.CodeAnalysis.MetadataReference.CreateFromImage(image.ToArray()));
        tests.AssertCompiles();
        Assert.Contains("AddModel<global::Model>", tests.Text, StringComparison.Ordinal);
    }
}
