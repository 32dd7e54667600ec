using SharedModels.Cuda;

namespace SharedModels.OnnxRuntime.Memory;

/// <summary>
/// Measures the memory that a session takes. Sessions that are created at the same time cannot be told apart, so none of them is measured.
/// </summary>
internal sealed class SessionMeasurement : IDisposable
{
    private static readonly Lock Lock = new();
    private static int _running;
    private static long _started;

    private readonly Device _device;
    private readonly MemoryReading _before;
    private readonly long _number;
    private readonly bool _isFirst;

    public SessionMeasurement(Device device)
    {
        lock (Lock)
        {
            _number = ++_started;
            _isFirst = ++_running == 1;
        }

        _device = device;
        try
        {
            // ONNX Runtime allocates by itself. Memory that other engines keep would be missing, or would distort the reading when it is
            // returned.
            if (device.Kind == "cuda")
                CudaRuntime.ReleaseMemory(device.Index);
            _before = MemoryReading.Take(device);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Returns the memory that the session takes, or <see langword="null"/> if it cannot be known.</summary>
    public ModelFootprint? End(long weightBytes, long workingBytes)
    {
        var after = MemoryReading.Take(_device);
        lock (Lock)
        {
            if (!_isFirst || _started != _number)
                return null;
        }

        return MemoryReading.Between(_before, after, weightBytes, _device, workingBytes);
    }

    public void Dispose()
    {
        lock (Lock)
            _running--;
    }
}
