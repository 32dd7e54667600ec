using System.Net;
using System.Text.Json;

namespace SharedModels.Packages.Tests.Readmes;

/// <summary>The code of the READMEs, built from the packages and run as a new user would.</summary>
[LongRunning(minutes: 15)]
public sealed class ReadmeTests
{
    private const string Solution = "Readmes";

    private readonly PackageFeed _feed = PackageFeed.Shared;

    [Fact]
    public async Task The_code_of_the_packages_readmes_builds_and_runs()
    {
        WriteSources();
        _feed.Run(Solution, "build --nologo");

        // The host logs as well.
        Assert.Contains("1", _feed.Run(Solution, "run --no-build --project Console").ReplaceLineEndings("\n").Split('\n'));
        _feed.Run(Solution, "test Translation --no-build --nologo");
        _feed.Run(Solution, "test Shapes.Tests --no-build --nologo");
        using (var shapes = Start("Shapes"))
        using (var client = await shapes.ConnectAsync())
        {
            var answer = await client.PostAsync("/detect", new ByteArrayContent(new byte[2000]));
            Assert.Equal("[\"a circle\",\"a square\"]", await answer.Content.ReadAsStringAsync());
            foreach (var path in (string[])["/health/live", "/health/ready", "/sharedmodels", "/models"])
                Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(path)).StatusCode);
        }

        using (var aspire = Start("Aspire", ("ASPNETCORE_ENVIRONMENT", "Development")))
        using (var client = await aspire.ConnectAsync())
        {
            foreach (var path in (string[])["/health", "/alive", "/relay"])
                Assert.Equal("Healthy", await client.GetStringAsync(path));
            await Condition.UntilAsync(
                () => aspire.Output.Contains("The application is Healthy.", StringComparison.Ordinal), bound: TestBound.WaitForProgram);
        }

        foreach (var project in (string[])["Grpc", "Vision", "Cuda", "Torch", "Onnx", "Embeddings"])
        {
            using var application = Start(project);
            using var client = await application.ConnectAsync();
        }
    }

    [Theory]
    [InlineData("src/SharedModels.AspNetCore/README.md")]
    [InlineData("src/SharedModels.Cuda/README.md")]
    [InlineData("src/SharedModels.TorchSharp/README.md")]
    [InlineData("src/SharedModels.Vision/README.md")]
    public void The_json_of_a_readme_is_valid(string path) =>
        Assert.All(new Readme(path).Blocks("json"), static block => JsonDocument.Parse(block).Dispose());

    private void WriteSources()
    {
        Write("Console/Program.cs", new Readme("src/SharedModels/README.md").Blocks("csharp").Single());
        Write("Library/Speller.cs", new Readme("src/SharedModels.Abstractions/README.md").Blocks("csharp").Single());
        Write("Translation/Tests.cs", new Readme("src/SharedModels.Testing/README.md").Blocks("csharp").Single());
        Write("Vision/Program.cs", new Readme("src/SharedModels.Vision/README.md").Blocks("csharp").Single());
        Write("Cuda/Program.cs", new Readme("src/SharedModels.Cuda/README.md").Blocks("csharp").Single());
        Write("Torch/Program.cs", new Readme("src/SharedModels.TorchSharp/README.md").Blocks("csharp").Single());
        Write("Onnx/Program.cs", new Readme("src/SharedModels.OnnxRuntime/README.md").Blocks("csharp")[0]);
        Write("Embeddings/Program.cs", new Readme("src/SharedModels.Extensions.AI/README.md").Blocks("csharp")[0]);

        // The option is shown as a line of its own, to be written in place of the one without it.
        var web = new Readme("src/SharedModels.AspNetCore/README.md");
        var option = web.Blocks("csharp").Single(static block => block.StartsWith("builder.", StringComparison.Ordinal));
        var program = web.FileNamed("Program.cs").Replace("builder.Services.AddModelLeaseProblems();\n", option);
        Assert.Contains(option, program, StringComparison.Ordinal);
        Write("Shapes/Program.cs", program);
        Write("Shapes/Shapes.cs", web.FileNamed("Shapes.cs"));
        Write(
            "Shapes.Tests/ShapesTests.cs",
            web.Blocks("csharp").Single(static block => block.Contains("[Fact]", StringComparison.Ordinal)));

        WriteAspire();
        var grpc = new Readme("src/SharedModels.AspNetCore.Grpc/README.md");
        var blocks = grpc.Blocks("csharp");
        Write("Grpc/Program.cs", blocks[0].Replace("\nvar app =", $"\n{blocks[1]}\nvar app =", StringComparison.Ordinal));
        Write("Grpc/Shapes.cs", web.FileNamed("Shapes.cs"));
        Write("Grpc/shapes.proto", grpc.Blocks("proto").Single());
    }

    /// <summary>Adds the lines of the page about telemetry to the service defaults and to the service, where the page says.</summary>
    private void WriteAspire()
    {
        const string Handler = "http.AddStandardResilienceHandler();";
        const string Exporter = "        if (!string.IsNullOrWhiteSpace(";
        const string Relay = """
            app.MapGet("/relay", (HttpRequest request, IHttpClientFactory clients) => clients.CreateClient().GetStringAsync(
                $"http://{request.Host}/alive"));

            """;
        var page = new Readme("eng/docs/telemetry.md");
        string BlockWith(string text) => page.Blocks("csharp").Single(block => block.StartsWith(text, StringComparison.Ordinal));
        var defaults = _feed.PathOf($"{Solution}/ServiceDefaults/Extensions.cs");
        File.WriteAllText(defaults, File.ReadAllText(defaults)
            .Replace(Handler, BlockWith("http.AddStandardResilienceHandler("), StringComparison.Ordinal)
            .Replace(Exporter, BlockWith("builder.Services.AddOpenTelemetry()") + Exporter, StringComparison.Ordinal));
        Write("Aspire/HealthLog.cs", page.FileNamed("HealthLog.cs"));
        Write("Aspire/Program.cs", page.FileNamed("Program.cs")
            .Replace("var app =", BlockWith("builder.Services.AddSingleton<IHealthCheckPublisher") + "var app =", StringComparison.Ordinal)
            .Replace("app.Run();", Relay + "app.Run();", StringComparison.Ordinal));
    }

    private void Write(string file, string text) =>
        File.WriteAllText(_feed.PathOf($"{Solution}/{file}"), Readme.WithFreePort(text));

    private RunningApplication Start(string project, params (string Name, string Value)[] variables)
    {
        var start = _feed.CreateStart(_feed.PathOf($"{Solution}/{project}"), "dotnet", "run", "--no-build", "--no-launch-profile");
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        return new(start);
    }
}
