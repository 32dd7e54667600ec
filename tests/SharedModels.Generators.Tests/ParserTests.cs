namespace SharedModels.Generators.Tests;

public sealed class ParserTests
{
    [Theory]
    [InlineData("[SharedModel] public abstract class Model;")]
    [InlineData("[SharedModel] public static class Model;")]
    [InlineData("[SharedModel] public sealed class Model<T>;")]
    [InlineData("public class Outer { [SharedModel] private sealed class Model; }")]
    [InlineData("public class Outer<T> { [SharedModel] public sealed class Model; }")]
    [InlineData("[SharedModel] file sealed class Model;")]
    [InlineData("[SharedModel] public sealed class Model { private Model() { } }")]
    public void A_class_that_generated_code_cannot_construct_is_not_registered(string source)
    {
        var run = GeneratorRun.Application("using SharedModels;\n" + source);
        run.AssertCompiles().AssertIncremental();
        Assert.DoesNotContain("AddModel<", run.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_partial_class_is_registered_once_with_the_attributes_of_all_its_parts()
    {
        var run = GeneratorRun.Application("""
            using SharedModels;
            [SharedModel("a")] public sealed partial class Model;
            [SharedModel("b")] public sealed partial class Model;
            """);
        run.AssertCompiles().AssertIncremental();
        Assert.Equal(3, run.Text.Split("AddModel<").Length);
    }

    [Fact]
    public void What_the_application_emits_does_not_collide_with_what_its_tests_emit()
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
