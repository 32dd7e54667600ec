using System.Diagnostics;

namespace SharedModels.Benchmarks;

/// <summary>Runs this program in a separate process, for measurements that must not include leftovers of others.</summary>
internal static class ChildProcess
{
    /// <summary>Runs the program with arguments, and returns its output.</summary>
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
