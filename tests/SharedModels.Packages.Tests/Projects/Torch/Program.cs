using SharedModels;
using static TorchSharp.torch;

// Only the catalog: TorchSharp's native half is not referenced.
Console.WriteLine(string.Join(", ", SharedModelCatalog.All.Select(static model => model.Id)));

[SharedModel("net")]
public sealed class Net() : nn.Module<Tensor, Tensor>("net")
{
    public override Tensor forward(Tensor input) => input;
}
