namespace SharedModels.TorchSharp.Tests;

public sealed class ReferenceAssemblyTests
{
    [Fact]
    public void The_reference_assembly_is_compiled_against_and_never_put_beside_the_program()
    {
        var hasLibrary = File.Exists(Path.Combine(AppContext.BaseDirectory, "TorchSharp.dll"));
        Assert.Equal(TorchFactAttribute.Source != "Reference", hasLibrary);
    }
}
