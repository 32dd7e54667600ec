using Microsoft.Extensions.Logging.Testing;
using SharedModels.Cuda.Devices;
using SharedModels.Cuda.Tests.Driver;
using SharedModels.Cuda.Tests.Simulator;
using SharedModels.Devices;

namespace SharedModels.Cuda.Tests.Devices;

/// <summary>A provider of two fake devices.</summary>
internal sealed class ProviderFixture
{
    private const long GiB = 1L << 30;

    public ProviderFixture(
        string? engineProblem = null,
        CudaOptions? options = null,
        TimeProvider? time = null)
    {
        Simulator = new(First, Second);
        Provider = new(
            Simulator.Driver, Nvml, [new FakeEngine(() => engineProblem)], options ?? new(), Log, time);
        Provider.DeviceLost += (_, lost) => Lost.Add(lost);
    }

    public static Device Cuda0 => Device.Cuda(0);

    public SimulatedDevice First { get; } = new("Fake 3000", 10 * GiB, 12 * GiB) { HasContext = false };

    public SimulatedDevice Second { get; } = new("Fake 100", GiB / 4, GiB) { HasContext = false };

    public CudaSimulator Simulator { get; }

    public FakeNvml Nvml { get; } = new();

    public FakeLogger Log { get; } = new();

    public CudaDeviceProvider Provider { get; }

    public List<DeviceLostEventArgs> Lost { get; } = [];
}
