using SharedModels;

[assembly: ExcludeSharedModels("Acme.Nothing")] // SHM023

namespace Mistakes
{
    [SharedModel] // SHM001
    public abstract class Abstract;

    [SharedModel] // SHM002
    public sealed class Closed
    {
        private Closed()
        {
        }
    }

    [SharedModel("a b")] // SHM003
    public sealed class Spaced;

    [SharedModel("good")] // SHM004, as Again comes before it
    public sealed class Good : IDisposable
    {
        public int Use() => 1;

        public void Dispose()
        {
        }
    }

    [SharedModel("Good")]
    public sealed class Again;

    [SharedModel("timed", KeepAlive = "soon")] // SHM005
    public sealed class Timed;

    [SharedModel("counted", MaxLeases = 0)] // SHM006
    public sealed class Counted;

    [SharedModel("placed", Device = (DevicePreference)7)] // SHM018
    public sealed class Placed;

    [SharedModel("net")] // SHM022
    public sealed class Net : TorchSharp.torch.nn.Module;
}

namespace TorchSharp
{
    public static class torch
    {
        public static class nn
        {
            public class Module;
        }
    }
}
