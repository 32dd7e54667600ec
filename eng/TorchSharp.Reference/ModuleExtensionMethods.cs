namespace TorchSharp;

public static class ModuleExtensionMethods
{
    public static T to<T>(this T module, torch.ScalarType type)
        where T : torch.nn.Module => throw null!;

    public static T to<T>(this T module, torch.Device device)
        where T : torch.nn.Module => throw null!;
}
