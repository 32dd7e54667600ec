namespace SharedModels.Cuda.Tests.Driver;

internal sealed class FakeCudaDevice(string name, long freeBytes, long totalBytes)
{
    public string Name { get; } = name;

    public long FreeBytes { get; set; } = freeBytes;

    public long TotalBytes { get; } = totalBytes;

    public int Contexts { get; set; }

    /// <summary>Whether the driver has a context at hand, as after the first call that needed one.</summary>
    public bool HasContext { get; set; } = true;

    /// <summary>What every call of this device throws, as after an error that spoils its context.</summary>
    public Exception? Fault { get; set; }

    public Dictionary<nint, long> Blocks { get; } = [];
}
