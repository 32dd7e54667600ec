using System.Net;

namespace SharedModels.Packages.Tests.Readmes;

/// <summary>The first steps of a new user: the main README, and the template.</summary>
[LongRunning(minutes: 8)]
public sealed class FirstStepsTests
{
    private readonly PackageFeed _feed = PackageFeed.Shared;

    [Fact]
    public async Task The_model_of_the_main_readme_answers()
    {
        var readme = new Readme("README.md");
        var script = readme.Blocks("bash").Single(static block => block.Contains("dotnet new", StringComparison.Ordinal));
        var folder = _feed.RunScript("Main", script);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "Program.cs"),
            Readme.WithFreePort(readme.FileNamed("Program.cs")));
        using var application = new RunningApplication(_feed.CreateStart(folder, "dotnet", "run"));
        using var client = await application.ConnectAsync();
        Assert.Equal("1", await client.GetStringAsync("/sentiment?text=good"));
        Assert.Equal("Healthy", await client.GetStringAsync("/health"));
    }

    [Theory]
    [InlineData("Shop")]
    [InlineData("Acme.Web-Shop")]
    public async Task The_template_makes_an_application_that_passes_its_tests_and_answers(string name)
    {
        var hive = _feed.PathOf($"templates-{name}");
        var script = string.Concat(new Readme("src/SharedModels.Templates/README.md").Blocks("bash").Single().Split('\n')
            .Where(static line => !line.StartsWith("dotnet run", StringComparison.Ordinal))
            .Select(line => line.Replace("Shop", name, StringComparison.Ordinal))
            .Select(line => line.StartsWith("dotnet new", StringComparison.Ordinal) ? $"{line} --debug:custom-hive {hive}" : line)
            .Select(static line => $"{line}\n"));
        var folder = _feed.RunScript($"Template-{name}", script);
        using var application = new RunningApplication(
            _feed.CreateStart(folder, "dotnet", "run", "--no-launch-profile", "--project", name));
        using var client = await application.ConnectAsync();
        Assert.Equal("0.5", await client.GetStringAsync("/sentiment?text=lovely+day"));
        foreach (var path in (string[])["/health/live", "/health/ready", "/sharedmodels", "/models"])
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(path)).StatusCode);
    }
}
