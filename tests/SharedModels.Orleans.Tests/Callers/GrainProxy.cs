using System.Reflection;

namespace SharedModels.Orleans.Tests.Callers;

/// <summary>A grain without a cluster. A class that implemented its interface would be a grain of all clusters of this process.</summary>
public class GrainProxy : DispatchProxy
{
    private Func<MethodInfo, object?> _answer = static _ => null;

    /// <summary>Creates a grain, or a factory of grains, from a delegate that answers all of its methods.</summary>
    internal static T Create<T>(Func<MethodInfo, object?> answer)
        where T : class
    {
        var proxy = Create<T, GrainProxy>();
        ((GrainProxy)(object)proxy)._answer = answer;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _answer(targetMethod!);
}
