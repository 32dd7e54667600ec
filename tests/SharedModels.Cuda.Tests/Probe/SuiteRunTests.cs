using Microsoft.Extensions.Logging.Abstractions;
using SharedModels.Cuda.Memory;
using SharedModels.Cuda.Tests.Simulator;
using SharedModels.GpuProbe;

namespace SharedModels.Cuda.Tests.Probe;

/// <summary>The start of the probe and the benchmarks, on the simulated driver.</summary>
public sealed class SuiteRunTests : IDisposable
{
    private readonly CudaSimulator _simulator = new(
        new SimulatedDevice("first", 1 << 24, 1 << 24), new SimulatedDevice("second", 1 << 24, 1 << 24));
    private readonly Func<string, nint> _find = CudaApi.Find;
    private readonly List<string> _lines = [];

    // No other tests call functions of the driver through this class.
    public SuiteRunTests() => CudaApi.Find = _simulator.Find;

    public void Dispose()
    {
        CudaApi.Find = _find;
        _simulator.Dispose();
    }

    [Fact]
    public void Suites_can_call_functions_that_need_a_current_context()
    {
        Assert.Equal(0, OnNewThread(() => Run(["first", "second"], static _ => TakeMemory())));
        Assert.Empty(_lines);
        Assert.Empty(_simulator.Memory.Registered);
    }

    [Fact]
    public void A_suite_that_removes_the_context_does_not_affect_the_next_one() =>
        Assert.Equal(0, OnNewThread(() => Run(["first", "second"], static _ =>
        {
            TakeMemory();
            CudaApi.Check(CudaApi.SetCurrentContext(0), "cuCtxSetCurrent");
        })));

    [Fact]
    public void Calls_of_the_library_leave_no_context_for_other_code() => OnNewThread(() =>
    {
        _simulator.Driver.RetainContext(0);
        _simulator.Driver.GetMemory(0);
        Assert.Contains(
            "cuMemHostAlloc failed with 201", Assert.Throws<InvalidOperationException>(TakeMemory).Message, StringComparison.Ordinal);
        return 0;
    });

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void The_driver_reports_the_device_of_a_block_of_the_pool(int device) =>
        Assert.Equal(0, Run(["only"], _ =>
        {
            using var pool = new DeviceMemoryPool(_simulator.Driver, TimeSpan.Zero, TimeProvider.System, NullLogger.Instance);
            var block = pool.Allocate(device, 64);
            Assert.True(CudaApi.IsDeviceMemory(block.Address, device, out var seen));
            Assert.Equal($"type 2, device {device}", seen);
            Assert.False(CudaApi.IsDeviceMemory(block.Address, 1 - device, out _));
            pool.Free(block);
            Assert.False(CudaApi.IsDeviceMemory(block.Address, device, out seen));
            Assert.Equal("error 1", seen);
        }));

    [Fact]
    public void A_suite_that_fails_is_named_and_the_others_run()
    {
        var ran = new List<string>();
        Assert.Equal(1, Run(["first", "second"], name =>
        {
            ran.Add(name);
            if (name == "first")
                throw new ArithmeticException("the reason");
        }));
        Assert.Equal(["first", "second"], ran);
        Assert.Equal(["**first ended early: ArithmeticException: the reason**"], _lines);
    }

    [Fact]
    public void A_suite_that_does_not_exist_is_reported_with_the_existing_ones()
    {
        using var error = new StringWriter();
        var run = new SuiteRun("probe", error);
        Assert.Equal(["a", "b"], run.Choose([], ["a", "b"])!);
        Assert.Equal(["b"], run.Choose(["b"], ["a", "b"])!);
        Assert.Null(run.Choose(["b", "c"], ["a", "b"]));
        Assert.Equal("probe: There is no suite 'c'. The suites are: a, b.", error.ToString().Trim());
    }

    private static void TakeMemory()
    {
        CudaApi.Check(CudaApi.FreeHost(CudaApi.NewHostMemory(64)), "cuMemFreeHost");
        CudaApi.Check(CudaApi.Free(CudaApi.NewDeviceMemory(64)), "cuMemFree");
        CudaApi.Check(CudaApi.DestroyStream(CudaApi.NewStream()), "cuStreamDestroy");
    }

    private int Run(string[] names, Action<string> run) => SuiteRun.Run(_simulator.Driver, names, run, _lines.Add);

    /// <summary>Runs on a thread that has no context at first, like the main thread of a program.</summary>
    private static T OnNewThread<T>(Func<T> work) =>
        Task.Factory.StartNew(work, default, TaskCreationOptions.LongRunning, TaskScheduler.Default).GetAwaiter().GetResult();
}
