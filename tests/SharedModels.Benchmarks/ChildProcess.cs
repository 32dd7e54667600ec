using System.Diagnostics;

namespace SharedModels.Benchmarks;

/// <summary>This program in a process of its own, for what must not hold what others left.</summary>
internal static class ChildProcess
{
    /// <summary>Runs the program with arguments, and returns what it prints.</summary>
    public static string Run(params ReadOnlySpan<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(
            Environment.ProcessPath!, [typeof(ChildProcess).Assembly.Location, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        })!;
        var output = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"'{string.Join(' ', arguments!)}' ended with the exit code {process.ExitCode}.");
    }
}
