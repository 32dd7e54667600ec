namespace SharedModels.Cuda.Tests.Simulator;

/// <summary>The memory of the simulated devices, and the registered host memory.</summary>
internal sealed unsafe class SimulatedMemory(CudaSimulator simulator, int seed, bool isOpen) : IDisposable
{
    private const byte Garbage = 0xCD;

    private readonly AddressSpace _addresses = new() { IsOpen = isOpen };
    private readonly Dictionary<nint, (SimulatedDevice Device, long Bytes)> _blocks = [];
    private readonly Dictionary<ulong, PhysicalMemory> _physical = [];
    private readonly Dictionary<nint, long> _reserved = [];
    private readonly Dictionary<nint, PhysicalMemory> _mapped = [];
    private readonly HashSet<nint> _accessible = [];
    private readonly Random _staging = new(seed);
    private ulong _lastPhysical = 1000;

    public SimulatedHostMemory Host { get; } = new(simulator);

    /// <summary>The registered host memory: bytes by address.</summary>
    public Dictionary<nint, long> Registered => Host.Registered;

    /// <summary>The number of blocks and physical allocations that were not freed.</summary>
    public int LiveBlocks => _blocks.Count + _physical.Values.Count(static memory => !memory.IsReleased || memory.MappedAt != 0);

    /// <summary>The number of times that physical memory was allocated from the driver.</summary>
    public int Creations { get; private set; }

    public byte[] Read(nint address, long bytes)
    {
        var result = new byte[bytes];
        Use(address, bytes, () => new ReadOnlySpan<byte>((void*)address, (int)bytes).CopyTo(result));
        return result;
    }

    public void Write(nint address, ReadOnlySpan<byte> values)
    {
        var copy = values.ToArray();
        Use(address, copy.Length, () => copy.CopyTo(new Span<byte>((void*)address, copy.Length)));
    }

    /// <summary>Indicates whether the bytes are memory that a device can access.</summary>
    public bool IsLive(SimulatedDevice device, nint address, long bytes)
    {
        while (bytes > 0)
        {
            var end = EndOf(device, address);
            if (end == 0)
                return false;
            bytes -= end - address;
            address = end;
        }

        return true;
    }

    /// <summary>Returns the type of memory at an address, or the device that it belongs to.</summary>
    public int Describe(nint address, int attribute, int* value)
    {
        if (simulator.Devices.FirstOrDefault(device => IsLive(device, address, 1)) is not { } owner || attribute is not (2 or 9))
            return CudaCode.InvalidValue;
        *value = attribute == 2 ? 2 : owner.Number;
        return 0;
    }

    public int Allocate(SimulatedDevice device, long bytes, nint* address)
    {
        if (bytes == 0)
            return CudaCode.InvalidValue;
        if (!Take(device, bytes))
            return CudaCode.OutOfMemory;
        *address = _addresses.Take(bytes);
        _blocks.Add(*address, (device, bytes));
        Fill(*address, bytes, null);
        return 0;
    }

    public int Free(SimulatedDevice device, nint address)
    {
        if (!_blocks.TryGetValue(address, out var block) || block.Device != device)
            return CudaCode.InvalidValue;

        // Waits for the device, unlike unmapping.
        simulator.WaitForDevice(device);
        _blocks.Remove(address);
        End(address, block.Bytes);
        device.FreeBytes += block.Bytes;
        return 0;
    }

    public int Create(SimulatedDevice device, long bytes, ulong* memory)
    {
        if (bytes == 0 || bytes % device.Granularity != 0)
            return CudaCode.InvalidValue;
        if (!Take(device, bytes))
            return CudaCode.OutOfMemory;
        Creations++;
        _physical[*memory = ++_lastPhysical] = new(device, bytes);
        return 0;
    }

    public int Release(ulong memory)
    {
        if (!_physical.TryGetValue(memory, out var found) || found.IsReleased)
            return CudaCode.InvalidValue;
        found.IsReleased = true;
        GiveBack(found);
        return 0;
    }

    public int Reserve(long bytes, nint* address)
    {
        if (bytes == 0)
            return CudaCode.InvalidValue;
        _reserved[*address = _addresses.Take(bytes)] = bytes;
        return 0;
    }

    public int FreeAddresses(nint address, long bytes)
    {
        if (!_reserved.TryGetValue(address, out var reserved) || reserved != bytes
            || _mapped.Keys.Any(mapped => mapped >= address && mapped < address + (nint)bytes))
            return CudaCode.InvalidValue;
        _reserved.Remove(address);
        return 0;
    }

    public int Map(nint address, long bytes, ulong memory)
    {
        var isReserved = _reserved.Any(range => address >= range.Key && address + (nint)bytes <= range.Key + (nint)range.Value);
        if (!isReserved || !_physical.TryGetValue(memory, out var found) || found.IsReleased || found.MappedAt != 0 || found.Bytes != bytes
            || _mapped.Any(other => address < other.Key + (nint)other.Value.Bytes && other.Key < address + (nint)bytes))
            return CudaCode.InvalidValue;
        found.MappedAt = address;
        _mapped.Add(address, found);
        Fill(address, bytes, found.Content);
        found.Content = null;
        return 0;
    }

    public int AllowAccess(SimulatedDevice device, nint address, long bytes)
    {
        while (bytes > 0)
        {
            if (!_mapped.TryGetValue(address, out var found) || found.Device != device)
                return CudaCode.InvalidValue;
            _accessible.Add(address);
            address += (nint)found.Bytes;
            bytes -= found.Bytes;
        }

        return 0;
    }

    /// <summary>Unmaps one or more whole mappings.</summary>
    public int Unmap(nint address, long bytes)
    {
        var found = new List<(nint Address, PhysicalMemory Memory)>();
        var length = 0L;
        while (length < bytes && _mapped.TryGetValue(address + (nint)length, out var next))
        {
            found.Add((address + (nint)length, next));
            length += next.Bytes;
        }

        if (length != bytes)
            return CudaCode.InvalidValue;
        foreach (var (at, memory) in found)
        {
            memory.Content = Read(at, memory.Bytes);
            End(at, memory.Bytes);
            _mapped.Remove(at);
            _accessible.Remove(at);
            memory.MappedAt = 0;
            GiveBack(memory);
        }

        return 0;
    }

    /// <summary>
    /// Copies the host memory as it is when the copy is made. From pageable memory, the driver may also copy the current bytes.
    /// </summary>
    public int Copy(SimulatedDevice device, nint hostAddress, nint deviceAddress, long bytes, SimulatedStream stream, bool isIn)
    {
        Host.RequireMapped();
        if (simulator.OnCopy(bytes) is not 0 and var error)
            return error;
        if (!IsLive(device, deviceAddress, bytes))
            return CudaCode.InvalidValue;
        var isPinned = Host.IsPinned(hostAddress, bytes);
        byte[]? staged = null;
        if (isIn && !isPinned && _staging.Next(2) == 0)
            Host.Read(hostAddress, staged = new byte[bytes]);

        var accesses = new List<(DeviceRange, bool)> { (new(deviceAddress, bytes), isIn) };
        if (staged is null)
            accesses.Add((new(hostAddress, bytes), !isIn));
        var work = simulator.Enqueue(stream, "a copy", accesses, () =>
        {
            // Faults surface when the copy is made.
            if (!IsLive(device, deviceAddress, bytes))
                device.Fault = CudaCode.IllegalAddress;
            else
                Use(deviceAddress, bytes, () =>
                {
                    var onDevice = new Span<byte>((void*)deviceAddress, (int)bytes);
                    if (!isIn)
                        Host.Write(hostAddress, onDevice);
                    else if (staged is null)
                        Host.Read(hostAddress, onDevice);
                    else
                        staged.CopyTo(onDevice);
                });
        });

        // For a copy to pageable memory, the driver returns only after the copy is made.
        return isIn || isPinned ? 0 : simulator.Wait(work);
    }

    public void Dispose()
    {
        Host.RequireMapped();
        _addresses.Dispose();
    }

    private static bool Take(SimulatedDevice device, long bytes)
    {
        if (bytes > device.FreeBytes)
            return false;
        device.FreeBytes -= bytes;
        return true;
    }

    private void GiveBack(PhysicalMemory memory)
    {
        if (!memory.IsReleased || memory.MappedAt != 0)
            return;
        memory.Device.FreeBytes += memory.Bytes;
        memory.Content = null;
    }

    private nint EndOf(SimulatedDevice device, nint address)
    {
        foreach (var (begin, block) in _blocks)
        {
            if (block.Device == device && address >= begin && address < begin + (nint)block.Bytes)
                return begin + (nint)block.Bytes;
        }

        foreach (var (begin, memory) in _mapped)
        {
            if (memory.Device == device && _accessible.Contains(begin) && address >= begin && address < begin + (nint)memory.Bytes)
                return begin + (nint)memory.Bytes;
        }

        return 0;
    }

    private void Fill(nint address, long bytes, byte[]? content)
    {
        _addresses.Open(address, bytes);
        if (content is null)
            new Span<byte>((void*)address, (int)bytes).Fill(Garbage);
        else
            content.CopyTo(new Span<byte>((void*)address, (int)bytes));
        _addresses.Close(address, bytes);
    }

    private void End(nint address, long bytes)
    {
        simulator.Access(address, bytes, "freeing memory");
        simulator.Races.Forget(address, bytes);
        _addresses.Drop(address, bytes);
    }

    private void Use(nint address, long bytes, Action action)
    {
        _addresses.Open(address, bytes);
        action();
        _addresses.Close(address, bytes);
    }
}
