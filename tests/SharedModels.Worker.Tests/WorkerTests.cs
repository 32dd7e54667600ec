using System.Diagnostics;

namespace SharedModels.Worker.Tests;

public sealed class WorkerTests
{
    [Fact]
    public async Task The_program_uses_both_models_and_ends()
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Worker.dll")])
        {
            UseShellExecute = false, WorkingDirectory = Path.GetTempPath(), RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.Equal("", await error);
        Assert.Equal(0, process.ExitCode);
        var lines = (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            ["owlv2 on cpu: a black star (0.89)", "owlv2 on cpu: a purple circle (0.80)", "owlv2 on cpu: a red triangle (0.82)"],
            lines.Where(line => line.StartsWith("owlv2", StringComparison.Ordinal))
                .Select(line => line.Split(" at ")[0])
                .Order(StringComparer.Ordinal));
        Assert.Equal(
            ["https://tundra.example/mesa/mesa?id=99725", "🍣🚀 rocket sushi 79863 ✓"],
            lines.Where(line => line.StartsWith("qr-reader", StringComparison.Ordinal))
                .Select(line => line.Split('\'')[1])
                .Order(StringComparer.Ordinal));
    }
}
