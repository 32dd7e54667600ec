namespace TorchSharp;

public static partial class torch
{
    public static partial class jit
    {
        public static ScriptModule load(string filename, DeviceType device_type = DeviceType.CPU, long device_index = -1) => throw null!;

        public class ScriptModule : nn.Module
        {
            internal ScriptModule()
                : base("") => throw null!;

            public object call(params object[] objs) => throw null!;
        }
    }
}
