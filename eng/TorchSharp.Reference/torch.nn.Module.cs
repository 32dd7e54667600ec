using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public class Module : IDisposable
        {
            protected Module(string name) => throw null!;

            public virtual bool training => throw null!;

            public virtual void eval() => throw null!;

            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true) => throw null!;

            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true) => throw null!;

            public virtual IEnumerable<(string name, Module module)> named_children() => throw null!;

            public virtual Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null) =>
                throw null!;

            public virtual void register_buffer(string name, Tensor tensor) => throw null!;

            public virtual void register_module(string name, Module submodule) => throw null!;

            public virtual Module load(string location, bool strict = true, IList<string>? skip = null) => throw null!;

            public Module save(string location, IList<string>? skip = null) => throw null!;

            public void Dispose() => throw null!;

            protected internal virtual Module _to(DeviceType deviceType, int deviceIndex, bool non_blocking) => throw null!;

            protected virtual void Dispose(bool disposing) => throw null!;

            protected virtual void RegisterComponents() => throw null!;
        }

        public abstract class Module<T, TResult> : Module
        {
            protected Module(string name)
                : base(name) => throw null!;

            public abstract TResult forward(T input);

            public TResult call(T input) => throw null!;
        }
    }
}
