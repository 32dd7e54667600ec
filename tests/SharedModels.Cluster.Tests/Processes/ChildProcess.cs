using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace SharedModels.Cluster.Tests.Processes;

/// <summary>A process of the test application. It is killed when it is disposed, and ends when the test run does.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _events = new();
    private readonly ConcurrentQueue<string> _log = new();
    private readonly Task _output;

    private ChildProcess(Process process)
    {
        _process = process;
        _output = Task.WhenAll(CopyAsync(process.StandardOutput, _events), CopyAsync(process.StandardError, _log));
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>The addresses that the process listens on.</summary>
    public IReadOnlyList<Uri> Addresses { get; private set; } = [];

    /// <summary>The lines that the process has written, for messages of failed tests.</summary>
    public string Log => string.Join('\n', _events.Concat(_log));

    /// <summary>Starts a process and waits until it listens.</summary>
    /// <param name="role">The role, which is the first argument of the application.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="networkNamespace">The network namespace to start it in, or <see langword="null"/>.</param>
    public static async Task<ChildProcess> StartAsync(string role, IEnumerable<string> settings, string? networkNamespace = null)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "SharedModels.Tests.ClusterApplication.dll");
        string[] prefix = networkNamespace is null ? [] : ["ip", "netns", "exec", networkNamespace];
        string[] command = [.. prefix, "dotnet", program, role];
        var start = new ProcessStartInfo(command[0], command[1..].Concat(settings))
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        var child = new ChildProcess(Process.Start(start)!);
        try
        {
            await Condition.UntilAsync(() => child.Find("listening") is not null || child.HasExited);
            var addresses = child.Find("listening") ?? throw new InvalidOperationException($"The {role} has ended:\n{child.Log}");
            child.Addresses = [.. addresses.Split(',').Select(static address => new Uri(address))];
            return child;
        }
        catch
        {
            await child.DisposeAsync();
            throw;
        }
    }

    /// <summary>The number of events with a name and, optionally, a detail.</summary>
    public int Count(string name, string? detail = null) => _events.Count(line =>
        detail is null ? line.StartsWith($"{name} ", StringComparison.Ordinal) : line == $"{name} {detail}");

    /// <summary>The number of lines of the log that contain a text.</summary>
    public int CountLogged(string text) => _log.Count(line => line.Contains(text, StringComparison.Ordinal));

    /// <summary>Sends a signal, such as <c>STOP</c>.</summary>
    public Task SignalAsync(string signal) => ShellCommand.RunAsync("kill", $"-{signal}", Id.ToString(CultureInfo.InvariantCulture));

    /// <summary>Sends SIGKILL.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Waits until the process has ended and all its events have been read.</summary>
    public async Task WaitForExitAsync()
    {
        using var bound = new CancellationTokenSource(TestBound.Wait);
        await _process.WaitForExitAsync(bound.Token);
        await _output.WaitAsync(bound.Token);
    }

    /// <summary>Returns the largest resident memory that the process has had, in bytes.</summary>
    public long ReadPeakMemory()
    {
        var line = File.ReadLines($"/proc/{Id}/status").First(static line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    public async ValueTask DisposeAsync()
    {
        if (!HasExited)
            Kill();
        await WaitForExitAsync();
        _process.Dispose();
    }

    private string? Find(string name) =>
        _events.FirstOrDefault(line => line.StartsWith($"{name} ", StringComparison.Ordinal))?[(name.Length + 1)..];

    private static async Task CopyAsync(StreamReader reader, ConcurrentQueue<string> lines)
    {
        while (await reader.ReadLineAsync() is { } line)
            lines.Enqueue(line);
    }
}
