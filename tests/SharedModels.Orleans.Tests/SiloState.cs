using System.Collections.Concurrent;
using SharedModels.Orleans.Messages;
using SharedModels.Testing;

namespace SharedModels.Orleans.Tests;

/// <summary>The state of a silo that a test reads and controls.</summary>
public sealed class SiloState(string name)
{
    private readonly ConcurrentDictionary<Guid, bool> _held = new();
    private int _executions;

    public string Name => name;

    /// <summary>The gate of the methods that wait.</summary>
    public Gate Work { get; } = new();

    /// <summary>The gate of reports. A closed gate makes the silo look like one that hangs.</summary>
    public Gate Reports { get; } = new();

    /// <summary>The number of calls that have begun.</summary>
    public int Executions => Volatile.Read(ref _executions);

    /// <summary>The last call that the silo has received.</summary>
    internal ModelCall? LastCall { get; set; }

    /// <summary>Indicates whether a request of a caller for a report is held back.</summary>
    public bool IsHolding(Guid caller) => _held.ContainsKey(caller);

    /// <summary>Holds the request of a caller back while the gate of reports is closed.</summary>
    public async Task HoldReportAsync(Guid caller)
    {
        _held[caller] = true;
        await Reports.PassAsync();
        _held.TryRemove(caller, out _);
    }

    /// <summary>Opens all gates.</summary>
    public void Release()
    {
        Work.Open();
        Reports.Open();
    }

    public void Begin() => Interlocked.Increment(ref _executions);
}
