using System.Diagnostics;
using System.Runtime.Versioning;

namespace SharedModels.Vision.Tests;

/// <summary>
/// Runs <c>eng/setup.sh</c> against a made-up machine: its tools stand first on the path and write down what they are asked.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class SetupScriptTests : IDisposable
{
    private const string AllLibraries = "libzbar.so.0";
    private readonly string _folder = Directory.CreateTempSubdirectory("setup-test-").FullName;

    public SetupScriptTests()
    {
        Libraries(AllLibraries);
        Tool("dotnet", "echo 10.0.100");
        Tool("id", "echo 0");
        // Once it has installed something, all is there.
        Tool(
            "apt-get",
            $"echo \"apt-get $*\" >> \"{_folder}/log\"; [ \"$1\" = install ] && cp \"{_folder}/all\" \"{_folder}/libraries\"; exit 0");
        Tool("chromium", "exit 0");
        File.WriteAllText(Path.Combine(_folder, "all"), AllLibraries);
    }

    private string Log => File.Exists(Path.Combine(_folder, "log")) ? File.ReadAllText(Path.Combine(_folder, "log")) : "";

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Does_nothing_and_says_nothing_where_all_is_there() => Assert.Equal((0, "", ""), await RunAsync());

    [Fact]
    public async Task Installs_just_what_is_missing()
    {
        Libraries("libother.so.7");

        var (code, output, _) = await RunAsync();

        Assert.Equal(0, code);
        Assert.Contains("libzbar0", output, StringComparison.Ordinal);
        Assert.Equal("apt-get update -qq\napt-get install -y -qq --no-install-recommends libzbar0\n", Log);
    }

    [Fact]
    public async Task Prints_the_command_and_fails_where_it_may_not_install()
    {
        Libraries("");
        Tool("id", "echo 1000");

        var (code, _, error) = await RunAsync();

        Assert.NotEqual(0, code);
        Assert.Contains("sudo apt-get install -y --no-install-recommends libzbar0", error, StringComparison.Ordinal);
        Assert.Empty(Log);
    }

    [Fact]
    public async Task Fails_where_the_installation_does()
    {
        Libraries("");
        Tool("apt-get", "exit 100");

        var (code, _, error) = await RunAsync();

        Assert.NotEqual(0, code);
        Assert.Contains("could not install", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fails_where_the_installation_brings_nothing()
    {
        Libraries("");
        Tool("apt-get", "exit 0");

        var (code, _, error) = await RunAsync();

        Assert.NotEqual(0, code);
        Assert.Contains("still missing", error, StringComparison.Ordinal);
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
    public async Task Goes_on_without_a_browser_and_says_so()
    {
        File.Delete(Path.Combine(_folder, "chromium"));
        Tool("id", "echo 1000");

        var (code, output, _) = await RunAsync("--tests");

        // A machine that has a browser of its own further along the path says nothing.
        Assert.Equal(0, code);
        Assert.True(output.Length == 0 || output.Contains("skipped", StringComparison.Ordinal));
        Assert.Empty(Log);
    }

    private void Libraries(string names)
    {
        File.WriteAllText(Path.Combine(_folder, "libraries"), names);
        Tool("ldconfig", $"for name in $(cat \"{_folder}/libraries\"); do echo \"	$name (libc6,x86-64) => /usr/lib/$name\"; done");
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
