using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SharedModels.TorchSharp.Tests.Modules;

/// <summary>Modules of every shape that a move can break, with a run of each on the host.</summary>
internal static class ModuleShapes
{
    private static readonly Dictionary<string, (Func<string, nn.Module> Make, Func<nn.Module, Tensor> Run)> Shapes = new()
    {
        ["tied weights"] = (static _ => new TiedLayers(), static module => ((nn.Module<Tensor, Tensor>)module).call(ones(1, 2))),
        ["layers"] = (static _ => new TwoLayers(), static module => ((TwoLayers)module).call(ones(1, 4))),
        ["a shared submodule"] = (static _ => new SharedPart(), static module => ((SharedPart)module).call(ones(1, 3))),
        ["a buffer that is not persistent"] = (static _ => new Masked(), static module => ((Masked)module).call(ones(1, 3))),
        ["fields of a base class"] = (static _ => new Derived(), static module => ((Derived)module).call(ones(1, 3))),
        ["LSTM"] = (static _ => nn.LSTM(4, 5, 2, bidirectional: true), static module => ((LSTM)module).call(ones(3, 1, 4)).Item1),
        ["GRU"] = (static _ => nn.GRU(4, 5, 2), static module => ((GRU)module).call(ones(3, 1, 4)).Item1),
        ["a cell"] = (
            static _ => nn.LSTMCell(4, 5),
            static module => ((LSTMCell)module).call(ones(2, 4), (zeros(2, 5), zeros(2, 5))).Item1),
        ["Transformer"] = (
            static _ => nn.TransformerEncoderLayer(4, 2, 8, 0),
            static module => ((TransformerEncoderLayer)module).call(ones(3, 1, 4), null!, null!)),
        ["Embedding"] = (static _ => nn.Embedding(5, 3), static module => ((Embedding)module).call(tensor([1L, 4L]))),
        ["Sequential"] = (
            static _ => nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 2)),
            static module => ((Sequential)module).call(ones(2, 3))),
        ["ParameterList"] = (static _ => new Lists(), static module => ((Lists)module).call(ones(2))),
        ["strides of its own"] = (static _ => new Strided(), static module => ((Strided)module).call(ones(1, 3, 4, 4))),
        ["views of one buffer"] = (static _ => new Views(), static module => ((Views)module).call(ones(3))),
        ["many element types"] = (static _ => new Types(), static module => ((Types)module).call(ones(2))),
        ["ScriptModule"] = (static path => jit.load(path), static module => (Tensor)((jit.ScriptModule)module).call(ones(2, 10))),
    };

    public static TheoryData<string> Names => [.. Shapes.Keys];

    /// <summary>Creates a module, or a script from a file that is written for it.</summary>
    public static nn.Module Make(string name)
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.pt");
        try
        {
            if (name == "ScriptModule")
                TorchScriptFile.Write(path, inputs: 10, outputs: 4);
            var module = Shapes[name].Make(path);
            module.eval();
            return module;
        }
        finally
        {
            File.Delete(path);
        }
    }

    public static float[] Run(string name, nn.Module module)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        return TwoLayers.Read(Shapes[name].Run(module));
    }

#pragma warning disable CA2213, IDE1006, SA1401 // TorchSharp disposes registered objects, under the names of the fields.
    private sealed class SharedPart : nn.Module<Tensor, Tensor>
    {
        private readonly Linear first;
        private readonly Linear second;

        public SharedPart()
            : base("shared")
        {
            first = second = nn.Linear(3, 3);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => second.call(first.call(input));
    }

    private sealed class Masked : nn.Module<Tensor, Tensor>
    {
        private readonly Tensor mask = tensor([1f, 0f, 2f]);
        private readonly Linear layer = nn.Linear(3, 3);

        public Masked()
            : base("masked")
        {
            register_buffer("mask", mask, persistent: false);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => layer.call(input) * mask;
    }

    private class Base(string name) : nn.Module<Tensor, Tensor>(name)
    {
        protected readonly Parameter scale = nn.Parameter(tensor([1f, 2f, 3f]));
        private readonly Tensor shift = tensor([4f, 5f, 6f]);

        public override Tensor forward(Tensor input) => input * scale + shift;
    }

    private sealed class Derived : Base
    {
        private readonly Parameter weight = nn.Parameter(tensor([7f, 8f, 9f]));

        public Derived()
            : base("derived") => RegisterComponents();

        public override Tensor forward(Tensor input) => base.forward(input) * weight * scale;
    }

    private sealed class Lists : nn.Module<Tensor, Tensor>
    {
        private readonly ParameterList list = nn.ParameterList(nn.Parameter(tensor([1f, 2f])), nn.Parameter(tensor([3f, 4f])));
        private readonly ParameterDict dict = nn.ParameterDict(("a", nn.Parameter(tensor([5f, 6f]))));

        public Lists()
            : base("lists") => RegisterComponents();

        public override Tensor forward(Tensor input) => (input * list[0] + list[1]) * dict["a"];
    }

    private sealed class Strided : nn.Module<Tensor, Tensor>
    {
        // The layout of channels-last convolutions.
        private readonly Parameter weight = nn.Parameter(
            arange(24, ScalarType.Float32).as_strided([2, 3, 2, 2], [12, 1, 6, 3]), requires_grad: false);

        // One number for all elements.
        private readonly Tensor offset = tensor([0.5f]).expand(2);

        public Strided()
            : base("strided")
        {
            register_buffer("offset", offset);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => nn.functional.conv2d(input, weight, offset);
    }

    private sealed class Views : nn.Module<Tensor, Tensor>
    {
        private readonly Tensor table = arange(12, ScalarType.Float32).reshape(4, 3);
        private readonly Tensor row;
        private readonly Tensor column;

        public Views()
            : base("views")
        {
            (row, column) = (table[1], table.as_strided([3], [3], 2));
            register_buffer("table", table);
            register_buffer("row", row);
            register_buffer("column", column);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => table.matmul(input).sum() + row * column;
    }

    private sealed class Types : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter half = nn.Parameter(tensor([1f, 2f]).to(ScalarType.Float16), requires_grad: false);
        private readonly Tensor number = tensor(3L);
        private readonly Tensor flags = tensor([true, false]);
        private readonly Tensor wide = tensor([1.5, 2.5]);
        private readonly Tensor none = empty([0, 3], ScalarType.Float32);
        private readonly Tensor complex = complex(tensor([1f, 2f]), tensor([3f, 4f]));

        public Types()
            : base("types")
        {
            register_buffer(nameof(number), number);
            register_buffer(nameof(flags), flags);
            register_buffer(nameof(wide), wide);
            register_buffer(nameof(none), none);
            register_buffer(nameof(complex), complex);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) =>
            (input * half.to(ScalarType.Float32) + number) * flags.to(ScalarType.Float32) + wide + complex.real + none.sum();
    }
#pragma warning restore CA2213, IDE1006, SA1401
}
