using SharedModels.Cuda.Driver;

namespace SharedModels.Cuda.Tests.Simulator;

/// <summary>
/// A CUDA driver without a device, as unforgiving as the real one. Work is done in any order that streams and events allow, chosen by a
/// seed, and at the latest when it is waited for. Handles belong to contexts, and contexts to threads. Freed memory cannot be read, and its
/// address is never reused. Errors of kernels surface at a later call and stay. Mistakes that a real device would not report, such as a
/// race, or host memory that is freed while it is registered, fail the test when the simulator is disposed.
/// </summary>
/// <remarks>Safe for use by many threads. All host threads count as one agent in the search for races.</remarks>
internal sealed unsafe class CudaSimulator : IDisposable
{
    private const int HostAgent = 0;

    /// <summary>The time within which a thread that is about to leave the driver pops its context.</summary>
    private static readonly TimeSpan PopBound = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly SimulatedDevice[] _devices;
    private readonly ThreadLocal<ContextStack> _current = new(static () => new(), trackAllValues: true);
    private readonly Dictionary<(SimulatedDevice, nint), SimulatedStream> _streams = [];
    private readonly Dictionary<nint, SimulatedEvent> _events = [];
    private readonly List<SimulatedWork> _pending = [];
    private readonly List<string> _violations = [];
    private readonly VectorClock _host = new();
    private readonly Random _random;
    private nint _lastHandle = 100;
    private int _lastAgent = HostAgent;
    private bool _isDisposed;

    /// <param name="seed">The seed that decides which work is done early.</param>
    /// <param name="isOpen"><see langword="true"/> if models compute on device memory as if it were host memory.</param>
    /// <param name="devices">The devices.</param>
    public CudaSimulator(int seed, bool isOpen, params SimulatedDevice[] devices)
    {
        _random = new(seed);
        _devices = devices;
        foreach (var (number, device) in devices.Index())
            device.Number = number;
        Races = new(_violations.Add);
        Memory = new(this, seed, isOpen);
        Find = new SimulatedExports(this).Find;
        Driver = CudaDriver.Open(new CudaLibrary(Find)).Driver!;
        foreach (var device in devices.Where(static device => device.HasContext))
            Driver.RetainContext(device.Number);
    }

    public CudaSimulator(params SimulatedDevice[] devices)
        : this(seed: 1, isOpen: false, devices)
    {
    }

    public CudaDriver Driver { get; }

    /// <summary>Finds the functions of the library by name.</summary>
    public Func<string, nint> Find { get; }

    public SimulatedMemory Memory { get; }

    public RaceDetector Races { get; }

    public IReadOnlyList<SimulatedDevice> Devices => _devices;

    /// <summary>Returns the error of a registration of host memory, or 0 for none.</summary>
    public Func<nint, long, int> OnRegister { get; set; } = static (_, _) => 0;

    /// <summary>Returns the error of a copy of a number of bytes, or 0 for none.</summary>
    public Func<long, int> OnCopy { get; set; } = static _ => 0;

    /// <summary>An action of other threads while a thread is about to wait for an event.</summary>
    public Action OnWait { get; set; } = static () => { };

    /// <summary>Receives the function and the device of each call before it is answered. It can block the call.</summary>
    public Action<string, int> OnCall { get; set; } = static (_, _) => { };

    /// <summary>The share of calls that do work for which nothing waits yet.</summary>
    public double Eagerness { get; set; } = 0.3;

    /// <summary>Streams and events that exist.</summary>
    public int LiveHandles => _streams.Keys.Count(static key => key.Item2 != 0) + _events.Count;

    /// <summary>The mistakes that a real device would not report.</summary>
    public IReadOnlyList<string> Violations => _violations;

    public static CudaException Error(int code)
    {
        var (name, text) = CudaCode.Describe(code)!.Value;
        return Error(name, code, text);
    }

    public static CudaException Error(string name, int code, string text = "something") => new("cuAnything", code, name, text);

    /// <summary>The id of a device.</summary>
    public static string UuidOf(int device) => $"{new Guid(device, 0, 0, new byte[8])}";

    /// <summary>Launches a kernel on a device, which reads and writes ranges of its memory.</summary>
    public void Launch(
        int device, Action kernel, nint stream = 0, IEnumerable<DeviceRange>? reads = null, IEnumerable<DeviceRange>? writes = null)
    {
        lock (_lock)
        {
            var accesses = (reads ?? [])
                .Select(static range => (range, false))
                .Concat((writes ?? []).Select(static range => (range, true)));
            Enqueue(StreamOf(_devices[device], stream)!, "a kernel", [.. accesses], kernel);
        }
    }

    /// <summary>Launches a kernel that makes the context unusable when it runs. Calls fail once anything has waited for it.</summary>
    public void LaunchFault(int device, int code) => Launch(device, () => _devices[device].Fault = code);

    /// <summary>Makes a device current on this thread, as libtorch does.</summary>
    public void MakeCurrent(int device) => _current.Value!.Set(_devices[device]);

    /// <summary>The devices that are current on this thread, the topmost last.</summary>
    public IEnumerable<int> Current => _current.Value!.Devices.Select(static device => device.Number);

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            Memory.Dispose();
        }

        // Other threads may hang in a call. They have pushed their context, and pop it if the call ever returns.
        if (_current.Value!.HasLeft || !SpinWait.SpinUntil(() => !_current.Values.Any(static stack => stack.HasLeft), PopBound))
            _violations.Add("a context was pushed and not popped, or popped and not pushed");
        if (_violations.Count > 0)
            throw new InvalidOperationException($"The simulator found: {string.Join("; ", _violations.Distinct())}.");
    }

    /// <summary>Answers a call in the current context.</summary>
    internal int InContext(string function, Func<SimulatedDevice, int> call)
    {
        var stack = _current.Value!;
        if (stack.Current is not { } device)
            return CudaCode.InvalidContext;
        stack.Enter();
        try
        {
            OnCall(function, device.Number);
            lock (_lock)
            {
                if (_isDisposed)
                    return CudaCode.Deinitialized;
                DoSomething();
                if (device.Fault != 0)
                    return device.Fault;
                var result = call(device);

                // A wait may have run the kernel that made the context unusable.
                return device.Fault != 0 ? device.Fault : result;
            }
        }
        finally
        {
            stack.Leave();
        }
    }

    internal int UnregisterHost(nint address)
    {
        var result = InContext("cuMemHostUnregister", device => Memory.Host.Unregister(device, address));
        lock (_lock)
        {
            if (result != 0 && !_isDisposed)
                Memory.Host.KeepStale(address);
        }

        return result;
    }

    /// <summary>Adds a mistake that a real device would not report.</summary>
    internal void Report(string violation) => _violations.Add(violation);

    internal int Push(nint context)
    {
        if (Array.Find(_devices, device => device.Context == context) is not { Contexts: > 0 } device)
            return CudaCode.InvalidContext;
        _current.Value!.Push(device);
        return 0;
    }

    internal int Pop(nint* context)
    {
        if (_current.Value!.Pop() is not { } device)
            return CudaCode.InvalidContext;
        *context = device.Context;
        return 0;
    }

    internal int SetCurrent(nint context)
    {
        var device = Array.Find(_devices, device => device.Context == context);
        if (context != 0 && device is not { Contexts: > 0 })
            return CudaCode.InvalidContext;
        _current.Value!.Set(device);
        return 0;
    }

    internal int GetCurrent(nint* context)
    {
        *context = _current.Value!.Current?.Context ?? 0;
        return 0;
    }

    internal nint CreateStream(SimulatedDevice device, bool isBlocking)
    {
        var handle = ++_lastHandle;
        _streams[(device, handle)] = new(device, handle, ++_lastAgent, isBlocking);
        return handle;
    }

    /// <summary>Destroys a stream. Its work is still done.</summary>
    internal int DestroyStream(SimulatedDevice device, nint stream) => _streams.Remove((device, stream)) ? 0 : CudaCode.InvalidHandle;

    internal nint CreateEvent(SimulatedDevice device)
    {
        _events[++_lastHandle] = new(device);
        return _lastHandle;
    }

    internal int WithEvent(SimulatedDevice device, nint handle, Func<SimulatedEvent, int> call) =>
        _events.TryGetValue(handle, out var found) && found.Device == device ? call(found) : CudaCode.InvalidHandle;

    internal int DestroyEvent(SimulatedDevice device, nint handle) => WithEvent(device, handle, _ =>
    {
        _events.Remove(handle);
        return 0;
    });

    internal SimulatedStream? StreamOf(SimulatedDevice device, nint handle)
    {
        if (handle == 0 && !_streams.ContainsKey((device, 0)))
            _streams[(device, 0)] = new(device, 0, ++_lastAgent, isBlocking: true);
        return _streams.GetValueOrDefault((device, handle));
    }

    internal int WithStream(SimulatedDevice device, nint handle, Func<SimulatedStream, int> call) =>
        StreamOf(device, handle) is { } stream ? call(stream) : CudaCode.InvalidHandle;

    internal void Record(SimulatedEvent found, SimulatedStream stream) =>
        found.Recorded = Enqueue(stream, "a marker", [], static () => { });

    internal static void Await(SimulatedStream stream, SimulatedEvent found)
    {
        if (found.Recorded is { } work)
            stream.Awaited.Add(work);
    }

    internal SimulatedWork Enqueue(
        SimulatedStream stream, string what, IReadOnlyList<(DeviceRange Range, bool IsWrite)> accesses, Action action)
    {
        var dependencies = new List<SimulatedWork>(stream.Awaited);
        stream.Awaited.Clear();
        if (stream.Last is { } last)
            dependencies.Add(last);
        if (stream.IsBlocking)
            dependencies.AddRange(_streams.Values
                .Where(other => other.Device == stream.Device && other != stream && other.IsBlocking)
                .Where(other => stream.Handle == 0 || other.Handle == 0)
                .Select(static other => other.Last)
                .OfType<SimulatedWork>());
        var clock = _host.Copy();
        foreach (var dependency in dependencies)
            clock.Join(dependency.Clock);
        clock.Advance(stream.Agent);
        foreach (var (range, isWrite) in accesses)
        {
            var access = $"{(isWrite ? "a write" : "a read")} by {what} of stream {stream.Handle}";
            Races.Add(range.Address, range.Bytes, isWrite, access, stream.Agent, clock);
        }

        _pending.RemoveAll(static work => work.IsDone);
        var added = new SimulatedWork(stream, clock, dependencies, action);
        _pending.Add(added);
        return stream.Last = added;
    }

    /// <summary>Makes the host wait for the work. After that, it knows that the work is done.</summary>
    internal int Wait(SimulatedWork? work)
    {
        OnWait();
        work?.Run();
        if (work is not null)
            _host.Join(work.Clock);
        return 0;
    }

    internal int WaitForDevice(SimulatedDevice device)
    {
        foreach (var stream in _streams.Values.Where(stream => stream.Device == device).ToList())
            Wait(stream.Last);
        return 0;
    }

    /// <summary>Records an access by the host, such as a free.</summary>
    internal void Access(nint address, long bytes, string what)
    {
        _host.Advance(HostAgent);
        Races.Add(address, bytes, isWrite: true, what, HostAgent, _host);
    }

    private void DoSomething()
    {
        while (_random.NextDouble() < Eagerness)
        {
            var ready = _pending.Where(static work => work.IsReady).ToList();
            if (ready.Count == 0)
                return;
            ready[_random.Next(ready.Count)].Run();
        }
    }
}
