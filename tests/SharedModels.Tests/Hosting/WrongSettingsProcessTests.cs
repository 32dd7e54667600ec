using System.Diagnostics;

namespace SharedModels.Tests.Hosting;

/// <summary>Invalid settings end the process with exit code 1 and one message, however the application is built and started.</summary>
public sealed class WrongSettingsProcessTests
{
    private const string Message =
        "SharedModels:Leasing:AcquireTimeout is '4'. Write a time as hh:mm:ss or d.hh:mm:ss, for example 00:00:04 for 4 seconds.";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData("Host")]
    [InlineData("WebApplication")]
    [InlineData("InjectedManager")]
    [InlineData("ResolvedManager")]
    [InlineData("Start")]
    [InlineData("StartAsync")]
    [InlineData("NoLogs")]
    [InlineData("NoHostLogs", "--Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host=Critical")]
    public async Task The_process_ends_with_one_message(string kind, params string[] arguments)
    {
        var (exitCode, output) = await RunAsync(kind, ["--SharedModels:Leasing:AcquireTimeout=4", .. arguments]);
        Assert.Equal(1, exitCode);
        Assert.Equal(2, output.Split(Message).Length);
        HasNoStackTrace(output);
    }

    [Fact]
    public async Task A_structured_log_has_the_message()
    {
        var (exitCode, output) = await RunAsync("JsonLogs", "--SharedModels:Leasing:MaxQueueLength=-1");
        Assert.Equal(1, exitCode);
        Assert.Equal(2, output.Split("SharedModels:Leasing:MaxQueueLength is -1. The value must be 0 or more.").Length);
        HasNoStackTrace(output);
    }

    [Theory]
    [InlineData(
        "--SharedModels:Devices:npu:0:MemoryBudget=20GiB", "SharedModels:Devices:npu:0:MemoryBudget is '20GiB', but npu:0 has 16 GiB")]
    [InlineData("--SharedModels:Models:a:Threshold=much", "SharedModels:Models:a:Threshold is 'much', which is not a number.")]
    public async Task Errors_that_the_manager_or_a_model_finds_are_shown_in_the_same_way(string argument, string message)
    {
        var (exitCode, output) = await RunAsync("Host", argument);
        Assert.Equal(1, exitCode);
        Assert.Equal(2, output.Split(message).Length);
        HasNoStackTrace(output);
    }

    [Fact]
    public async Task Invalid_options_of_models_and_of_the_application_are_shown_together()
    {
        var (exitCode, output) = await RunAsync("SeveralOptions", "--SharedModels:Leasing:AcquireTimeout=4");
        Assert.Equal(1, exitCode);
        string[] messages = [Message, "ApplicationOptions are invalid.", "The tuning is invalid."];
        Assert.All(messages, message => Assert.Equal(2, output.Split(message).Length));
        HasNoStackTrace(output);
    }

    [Fact]
    public async Task A_manager_without_a_container_ends_the_process_too() =>
        Assert.Equal((1, "SharedModels:Leasing:MaxQueueLength is -1. The value must be 0 or more.\n"), await RunAsync("Manager"));

    [Fact]
    public async Task An_application_that_catches_the_exception_can_continue()
    {
        var (exitCode, output) = await RunAsync("Caught", "--SharedModels:Leasing:AcquireTimeout=4");
        Assert.Equal(7, exitCode);
        HasNoStackTrace(output);
    }

    private static void HasNoStackTrace(string output)
    {
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled exception", output, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string kind, params string[] arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "SharedModels.Tests.Application.dll");
        var start = new ProcessStartInfo("dotnet", [program, kind, .. arguments])
        {
            UseShellExecute = false, WorkingDirectory = Path.GetTempPath(), RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }

        return (process.ExitCode, await output + await error);
    }
}
