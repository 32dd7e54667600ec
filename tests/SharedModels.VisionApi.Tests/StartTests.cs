using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace SharedModels.VisionApi.Tests;

/// <summary>A problem that keeps the program from starting is reported in a sentence, not as a stack trace.</summary>
public sealed class StartTests
{
    [Theory]
    [InlineData("--SharedModels:Models:owlv2:Checkpoint=no/such/folder", "SharedModels:Models:owlv2:Checkpoint is 'no/such/folder', which")]
    [InlineData(
        "--SharedModels:Models:owlv2:Checkpoint=no-such/repository",
        "SharedModels:Models:owlv2:Checkpoint is 'no-such/repository', which is neither a folder nor a complete checkpoint in the cache",
        "Set SharedModels:Models:owlv2:AllowDownload to true to download it, or SharedModels:Models:owlv2:Checkpoint to the folder")]
    [InlineData("--SharedModels:Models:owlv2:Checkpoint=wwwroot", "SharedModels:Models:owlv2:Checkpoint is '", "which has no config.json")]
    [InlineData("--SharedModels:Models:owlv2:Checkpoint=", "SharedModels:Models:owlv2:Checkpoint is not set")]
    [InlineData("--SharedModels:Models:owlv2:PadValue=2", "SharedModels:Models:owlv2:PadValue is 2. Set it to a number from 0 to 1.")]
    [InlineData("--SharedModels:Models:owlv2:HubEndpoint=ftp://x", "SharedModels:Models:owlv2:HubEndpoint (or HF_ENDPOINT) is 'ftp://x'")]
    [InlineData("--VisionApi:MaxPrompts=0", "VisionApi:MaxPrompts is 0; use 1 or more.")]
    [InlineData("--SharedModels:Leasing:MaxQueueLength=-1", "SharedModels:Leasing:MaxQueueLength is -1")]
    public async Task An_invalid_setting_is_named(string argument, params string[] complaints)
    {
        var error = await FailAsync(argument, "--urls=http://127.0.0.1:0");
        Assert.All(complaints, complaint => Assert.Contains(complaint, error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_address_in_use_is_named()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = $"http://{listener.LocalEndpoint}";
        Assert.Contains(address, await FailAsync($"--urls={address}"), StringComparison.Ordinal);
    }

    private static async Task<string> FailAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, .. arguments])
        {
            UseShellExecute = false, WorkingDirectory = Path.GetTempPath(), RedirectStandardError = true, RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.Equal(1, process.ExitCode);
        Assert.DoesNotContain("   at ", await output + await error, StringComparison.Ordinal);
        return await error;
    }
}
