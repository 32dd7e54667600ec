using System.Runtime.CompilerServices;

namespace SharedModels.Tests.Testing;

public sealed class ReadmeTests
{
    [Fact]
    public void The_packages_readme_shows_tested_code()
    {
        var code = File.ReadAllText(Beside("TranslationServiceTests.cs")).Replace(
            "namespace SharedModels.Tests.Testing;\n\n", "", StringComparison.Ordinal);
        Assert.Contains(
            $"```csharp\n{code.Trim()}\n```",
            File.ReadAllText(Beside("../../../src/SharedModels.Testing/README.md")),
            StringComparison.Ordinal);
    }

    private static string Beside(string file, [CallerFilePath] string path = "") => Path.Combine(Path.GetDirectoryName(path)!, file);
}
