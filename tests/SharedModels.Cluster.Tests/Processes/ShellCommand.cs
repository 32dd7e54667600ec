using System.Diagnostics;

namespace SharedModels.Cluster.Tests.Processes;

/// <summary>Runs programs of the system.</summary>
internal static class ShellCommand
{
    /// <summary>Runs a program.</summary>
    /// <exception cref="InvalidOperationException">The program failed. The message contains its output.</exception>
    public static async Task RunAsync(string program, params string[] arguments)
    {
        if (await TryRunAsync(program, arguments) is { } error)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {error}");
    }

    /// <summary>Runs a program. Returns its output if it fails, and <see langword="null"/> otherwise.</summary>
    public static async Task<string?> TryRunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments)
            {
                UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true,
            })!;
        using var bound = new CancellationTokenSource(TestBound.Wait);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(bound.Token), process.StandardError.ReadToEndAsync(bound.Token));
        await process.WaitForExitAsync(bound.Token);
        return process.ExitCode == 0 ? null : (await output + await error).Trim();
    }
}
