using System.Diagnostics;
using System.Runtime.Versioning;

namespace SharedModels.Vision.Tests;

/// <summary>
/// Runs <c>eng/setup.sh</c> on a simulated machine: fake tools come first on the path and log their arguments.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class SetupScriptTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("setup-test-").FullName;

    public SetupScriptTests()
    {
        Tool("dotnet", "echo 10.0.100");
        Tool("id", "echo 0");
        Tool("apt-get", $"echo \"apt-get $*\" >> \"{_folder}/log\"");
        Tool("chromium", "exit 0");
        Tool("prometheus", "exit 0");
        Tool("redis-server", "exit 0");
        Tool("npm", "exit 0");
    }

    private string Log => File.Exists(Path.Combine(_folder, "log")) ? File.ReadAllText(Path.Combine(_folder, "log")) : "";

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData]
    [InlineData("--tests")]
    public async Task Does_nothing_and_prints_nothing_if_everything_is_installed(params string[] arguments)
    {
        Assert.Equal((0, "", ""), await RunAsync(arguments));
        Assert.Empty(Log);
    }

    [Fact]
    public async Task Installs_nothing_unless_for_tests()
    {
        File.Delete(Path.Combine(_folder, "chromium"));

        Assert.Equal((0, "", ""), await RunAsync());
        Assert.Empty(Log);
    }

    [Theory]
    [InlineData("echo 9.0.100")]
    [InlineData("exit 1")]
    public async Task Fails_without_a_fitting_sdk(string dotnet)
    {
        Tool("dotnet", dotnet);

        var (code, _, error) = await RunAsync();

        Assert.NotEqual(0, code);
        Assert.Contains("dotnet.microsoft.com", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Continues_without_a_browser_and_reports_it()
    {
        File.Delete(Path.Combine(_folder, "chromium"));
        Tool("id", "echo 1000");

        var (code, output, _) = await RunAsync("--tests");

        // A machine with its own browser further along the path prints nothing.
        Assert.Equal(0, code);
        Assert.True(output.Length == 0 || output.Contains("skipped", StringComparison.Ordinal));
        Assert.Empty(Log);
    }

    private void Tool(string name, string body)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, $"#!/bin/sh\n{body}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("bash", [TestFiles.InRepository("eng", "setup.sh"), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = $"{_folder}:/usr/bin:/bin";
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
