using System.IO.Compression;
using System.Text.RegularExpressions;

namespace SharedModels.Packages.Tests;

/// <summary>Uses the packages as a new user does: in separate folders, with nothing of this repository but the packages.</summary>
[LongRunning(minutes: 4)]
public sealed partial class PackageTests
{
    private readonly PackageFeed _feed = PackageFeed.Shared;

    private static readonly string[] Ids =
    [
        "SharedModels", "SharedModels.Abstractions", "SharedModels.AspNetCore", "SharedModels.AspNetCore.Grpc", "SharedModels.Compute",
        "SharedModels.Cuda", "SharedModels.Extensions.AI", "SharedModels.OnnxRuntime", "SharedModels.Orleans", "SharedModels.Routing",
        "SharedModels.Testing", "SharedModels.TorchSharp", "SharedModels.Vision", "SharedModels.Yarp",
    ];

    private const string Templates = "SharedModels.Templates";

    [Fact]
    public void Each_package_has_a_readme_an_icon_a_license_documentation_and_symbols()
    {
        var packages = Directory.GetFiles(_feed.Feed, "*.nupkg").Order(StringComparer.Ordinal).ToList();
        Assert.Equal(
            Ids.Append(Templates).Order(StringComparer.Ordinal),
            packages.Select(static package => VersionSuffix().Replace(Path.GetFileName(package), "")).Order(StringComparer.Ordinal));
        Assert.All(packages, static package =>
        {
            using var zip = ZipFile.OpenRead(package);
            var names = zip.Entries.Select(static entry => entry.FullName).ToList();
            var id = VersionSuffix().Replace(Path.GetFileName(package), "");
            Assert.Contains("README.md", names);
            Assert.Contains("icon.png", names);
            var isLibrary = id != Templates;
            Assert.Equal(isLibrary, names.Contains($"lib/net10.0/{id}.xml"));
            using var manifest = new StreamReader(zip.GetEntry($"{id}.nuspec")!.Open());
            var text = manifest.ReadToEnd();
            Assert.Contains("<license type=\"expression\">MIT</license>", text, StringComparison.Ordinal);
            Assert.Contains("<readme>README.md</readme>", text, StringComparison.Ordinal);
            Assert.Contains("<icon>icon.png</icon>", text, StringComparison.Ordinal);
            Assert.Equal(isLibrary, File.Exists(Path.ChangeExtension(package, ".snupkg")));
            Assert.Matches("<projectUrl>https://[^<]+</projectUrl>", text);
            Assert.Matches("<repository type=\"git\" url=\"https://[^\"]+\"", text);
            using var readme = new StreamReader(zip.GetEntry("README.md")!.Open());
            var page = readme.ReadToEnd();
            Assert.StartsWith($"# {id}\n", page.ReplaceLineEndings("\n"), StringComparison.Ordinal);
            Assert.All(Link().Matches(page), static link => Assert.StartsWith("https://", link.Groups["target"].Value, StringComparison.Ordinal));
        });
    }

    [Fact]
    public void The_package_of_the_attribute_contains_the_generator_the_analyzers_and_the_fixes()
    {
        using var zip = ZipFile.OpenRead(Directory.GetFiles(_feed.Feed, "SharedModels.Abstractions.*.nupkg").Single());
        var names = zip.Entries
            .Select(static entry => entry.FullName)
            .Where(static name => name.StartsWith("analyzers/", StringComparison.Ordinal));
        Assert.Equal(
            ["analyzers/dotnet/cs/SharedModels.CodeFixes.dll", "analyzers/dotnet/cs/SharedModels.Generators.dll"],
            names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_console_program_runs() =>
        Assert.Equal("counter on cpu: 3\ncounter\n", _feed.Run("Console", "run").ReplaceLineEndings("\n"));

    [Fact]
    public void A_web_application_runs()
    {
        var output = _feed.Run("Web", "run");
        Assert.Contains("count: 2", output, StringComparison.Ordinal);
        Assert.Contains("ready: 200", output, StringComparison.Ordinal);
        Assert.Contains("\"id\":\"counter\"", output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_application_runs_the_model_of_a_library_on_the_fake_accelerator() =>
        Assert.Contains("speller on fake:0: a-b-c", _feed.Run("Application", "run"), StringComparison.Ordinal);

    [Fact]
    public void An_application_with_TorchSharp_has_only_its_own_models() =>
        Assert.Equal("net\n", _feed.Run("Torch", "run").ReplaceLineEndings("\n"));

    [GeneratedRegex(@"\.\d+\.\d+\.\d+.*$", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex VersionSuffix();

    [GeneratedRegex(@"\]\((?<target>[^)]+)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Link();
}
