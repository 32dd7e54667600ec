using SharedModels.Cuda.Driver;

namespace SharedModels.Cuda.Tests.Simulator;

/// <summary>
/// The host memory that devices know. Memory that is freed while it is registered fails the test. If a range could not be unregistered,
/// devices keep the old pages, and copies from a reused address read them.
/// </summary>
internal sealed unsafe class SimulatedHostMemory(CudaSimulator simulator)
{
    private readonly Dictionary<nint, SimulatedDevice> _registrars = [];
    private readonly Dictionary<nint, byte[]> _stale = [];
    private readonly HashSet<nint> _allocated = [];

    /// <summary>The registered memory: bytes by address.</summary>
    public Dictionary<nint, long> Registered { get; } = [];

    public int Register(SimulatedDevice device, nint address, long bytes)
    {
        RequireMapped();
        if (bytes == 0)
            return CudaCode.InvalidValue;
        if (simulator.OnRegister(address, bytes) is not 0 and var error)
            return error;

        // Pages are registered, not bytes.
        var (begin, end) = HostPages.Around(address, bytes);
        foreach (var (other, length) in Registered)
        {
            var (first, last) = HostPages.Around(other, length);
            if (begin < last && first < end)
                return CudaCode.AlreadyRegistered;
        }

        Add(device, address, bytes);
        RequireMapped();
        return 0;
    }

    /// <summary>Only the context that registered a range knows it.</summary>
    public int Unregister(SimulatedDevice device, nint address)
    {
        RequireMapped();
        if (_allocated.Contains(address) || _registrars.GetValueOrDefault(address) != device || !Registered.Remove(address))
            return CudaCode.NotRegistered;
        _stale.Remove(address);
        return 0;
    }

    /// <summary>Keeps the pages of a range that could not be unregistered, unless no device of the machine works any more.</summary>
    public void KeepStale(nint address)
    {
        RequireMapped();
        if (!Registered.TryGetValue(address, out var bytes))
            return;
        if (simulator.Devices.All(static device => CudaErrors.IsSticky(CudaSimulator.Error("CUDA_ERROR", device.Fault))))
            Registered.Remove(address);
        else if (!_stale.ContainsKey(address) && HostPages.AreMapped(address, bytes))
            _stale.Add(address, new ReadOnlySpan<byte>((void*)address, (int)bytes).ToArray());
    }

    /// <summary>Allocates memory that is registered until it is freed.</summary>
    public int Allocate(SimulatedDevice device, long bytes, nint* address)
    {
        if (bytes == 0)
            return CudaCode.InvalidValue;
        var (begin, end) = HostPages.Around(0, bytes);
        *address = MemoryCalls.Map((nuint)(end - begin));
        _allocated.Add(*address);
        Add(device, *address, bytes);
        return 0;
    }

    public int Free(nint address)
    {
        if (!_allocated.Remove(address) || !Registered.Remove(address, out var bytes))
            return CudaCode.InvalidValue;
        simulator.Races.Forget(address, bytes);
        MemoryCalls.Unmap(address, (nuint)HostPages.Around(0, bytes).End);
        return 0;
    }

    public bool IsPinned(nint address, long bytes) =>
        Registered.Any(range => address >= range.Key && address + (nint)bytes <= range.Key + (nint)range.Value);

    /// <summary>Reads bytes as a device sees them.</summary>
    public void Read(nint address, Span<byte> target)
    {
        if (!IsMapped(address, target.Length, "the source of a copy"))
            return;
        new ReadOnlySpan<byte>((void*)address, target.Length).CopyTo(target);
        foreach (var (begin, content) in _stale)
        {
            var (first, last) = (Math.Max(address, begin), Math.Min(address + target.Length, begin + content.Length));
            if (first < last)
                content.AsSpan((int)(first - begin), (int)(last - first)).CopyTo(target[(int)(first - address)..]);
        }
    }

    public void Write(nint address, ReadOnlySpan<byte> source)
    {
        if (IsMapped(address, source.Length, "the target of a copy"))
            source.CopyTo(new((void*)address, source.Length));
    }

    /// <summary>Reports memory that was freed while it was registered.</summary>
    public void RequireMapped()
    {
        foreach (var (address, bytes) in Registered)
            IsMapped(address, bytes, "registered memory");
    }

    private void Add(SimulatedDevice device, nint address, long bytes)
    {
        Registered.Add(address, bytes);
        _registrars[address] = device;
    }

    private bool IsMapped(nint address, long bytes, string what)
    {
        if (HostPages.AreMapped(address, bytes))
            return true;
        simulator.Report($"{what} was freed (0x{address:x}, {bytes} bytes)");
        return false;
    }
}
