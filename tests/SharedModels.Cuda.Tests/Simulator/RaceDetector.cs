namespace SharedModels.Cuda.Tests.Simulator;

/// <summary>
/// Reports pairs of accesses to the same bytes, at least one of them a write, that are not ordered by streams, events and waits, whatever
/// the order in which they happened to run (Lamport's happened-before relation).
/// </summary>
internal sealed class RaceDetector(Action<string> report)
{
    private readonly List<Access> _accesses = [];

    public void Add(nint address, long bytes, bool isWrite, string what, int agent, VectorClock clock)
    {
        if (bytes == 0)
            return;
        foreach (var earlier in _accesses)
        {
            if ((isWrite || earlier.IsWrite)
                && address < earlier.Address + (nint)earlier.Bytes
                && earlier.Address < address + (nint)bytes
                && clock[earlier.Agent] < earlier.Step)
                report($"race: {what} is not ordered after {earlier.What}");
        }

        _accesses.Add(new(address, bytes, isWrite, what, agent, clock[agent]));
    }

    /// <summary>Forgets freed memory. Its addresses can be reused for something else.</summary>
    public void Forget(nint address, long bytes) =>
        _accesses.RemoveAll(access => access.Address < address + (nint)bytes && address < access.Address + (nint)access.Bytes);

    private readonly record struct Access(nint Address, long Bytes, bool IsWrite, string What, int Agent, int Step);
}
