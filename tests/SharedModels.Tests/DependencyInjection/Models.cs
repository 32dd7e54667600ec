using Microsoft.Extensions.DependencyInjection;
using SharedModels.Testing;

namespace SharedModels.Tests.DependencyInjection;

/// <summary>Models that the generator registers for this test project.</summary>
internal static class Models
{
    /// <summary>Counts constructions and disposals, to observe the lifetime.</summary>
    internal sealed class Dependency : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }

    [SharedModel("detector")]
    [SharedModel("detector-large", MaxLeases = 2)]
    internal sealed class Detector(
        Dependency dependency,
        [FromKeyedServices("key")] string? keyed = null,
        TimeProvider? time = null)
        : FakeModel
    {
        public Dependency Dependency => dependency;

        public string? Keyed => keyed;

        public TimeProvider? Time => time;
    }

    [SharedModel(Device = DevicePreference.Cpu, KeepAlive = "00:01:00")]
    internal sealed class Reader : FakeModel;
}
