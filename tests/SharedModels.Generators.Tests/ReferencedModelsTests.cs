using Microsoft.CodeAnalysis.CSharp;
using SharedModels.Generators.Reading;

namespace SharedModels.Generators.Tests;

public sealed class ReferencedModelsTests
{
    [Fact]
    public void An_edit_does_not_read_libraries_again()
    {
        var library = GeneratorRun.LibraryReference("[SharedModels.SharedModel] public sealed class Detector;");
        var compilation = GeneratorRun.ApplicationCompilation("public sealed class Before;", library);
        var first = ReferencedModels.Read(compilation, default).Models;
        var edited = compilation.ReplaceSyntaxTree(compilation.SyntaxTrees[0], CSharpSyntaxTree.ParseText("public sealed class After;"));
        Assert.Same(Assert.Single(first), Assert.Single(ReferencedModels.Read(edited, default).Models));
    }

    [Fact]
    public void A_replaced_library_is_read_again()
    {
        var compilation = GeneratorRun.ApplicationCompilation(
            "", GeneratorRun.LibraryReference("[SharedModels.SharedModel] public sealed class Old;"));
        Assert.Equal("global::Old", Assert.Single(ReferencedModels.Read(compilation, default).Models).TypeName);
        compilation = GeneratorRun.ApplicationCompilation(
            "", GeneratorRun.LibraryReference("[SharedModels.SharedModel] public sealed class New;"));
        Assert.Equal("global::New", Assert.Single(ReferencedModels.Read(compilation, default).Models).TypeName);
    }

    [Fact]
    public void A_library_without_models_adds_nothing() =>
        Assert.Empty(ReferencedModels.Read(
            GeneratorRun.ApplicationCompilation("", GeneratorRun.LibraryReference("public sealed class Nothing;")), default).Models);
}
