using System.Reflection;
using System.Runtime.ExceptionServices;
using SharedModels.Cuda.Driver;

namespace SharedModels.Cuda.Tests.Driver;

/// <summary>A driver whose calls can be made to hang, as they do on a GPU that has fallen off the bus.</summary>
#pragma warning disable CA1852 // The proxy is a subclass that is made at run time.
internal class GatedDriver : DispatchProxy
#pragma warning restore CA1852
{
    private ICudaDriver _driver = null!;
    private Func<string, int, Gate?> _gateOf = static (_, _) => null;

    /// <summary>Puts gates before the calls of a driver.</summary>
    /// <param name="driver">The driver.</param>
    /// <param name="gateOf">The gate of a method and a device, or <see langword="null"/>.</param>
    public static ICudaDriver Wrap(ICudaDriver driver, Func<string, int, Gate?> gateOf)
    {
        var proxy = Create<ICudaDriver, GatedDriver>();
        var gated = (GatedDriver)(object)proxy;
        (gated._driver, gated._gateOf) = (driver, gateOf);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (args is [int device, ..])
            _gateOf(targetMethod!.Name, device)?.Pass();
        try
        {
            return targetMethod!.Invoke(_driver, args);
        }
        catch (TargetInvocationException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerException!);
            throw;
        }
    }
}
