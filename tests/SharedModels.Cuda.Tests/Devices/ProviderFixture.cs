using Microsoft.Extensions.Logging.Testing;
using SharedModels.Cuda.Devices;
using SharedModels.Cuda.Driver;
using SharedModels.Cuda.Tests.Driver;
using SharedModels.Devices;

namespace SharedModels.Cuda.Tests.Devices;

/// <summary>A provider of two fake devices.</summary>
internal sealed class ProviderFixture
{
    private const long GiB = 1L << 30;

    public ProviderFixture(
        string? engineProblem = null,
        CudaOptions? options = null,
        TimeProvider? time = null,
        Func<ICudaDriver, ICudaDriver>? wrap = null)
    {
        Driver = new(First, Second);
        Provider = new(
            wrap?.Invoke(Driver) ?? Driver, Nvml, [new FakeEngine(() => engineProblem)], options ?? new(), Log, time);
        Provider.DeviceLost += (_, lost) => Lost.Add(lost);
    }

    public static Device Cuda0 => Device.Cuda(0);

    public FakeCudaDevice First { get; } = new("Fake 3000", 10 * GiB, 12 * GiB);

    public FakeCudaDevice Second { get; } = new("Fake 100", GiB / 4, GiB);

    public FakeCudaDriver Driver { get; }

    public FakeNvml Nvml { get; } = new();

    public FakeLogger Log { get; } = new();

    public CudaDeviceProvider Provider { get; }

    public List<DeviceLostEventArgs> Lost { get; } = [];
}
