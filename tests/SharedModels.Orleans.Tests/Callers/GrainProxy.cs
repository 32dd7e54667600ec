using System.Reflection;

namespace SharedModels.Orleans.Tests.Callers;

/// <summary>An object whose methods are one delegate. A class with the interface of a grain would be a grain of all clusters.</summary>
public class GrainProxy : DispatchProxy
{
    private Func<MethodInfo, object?[], object?> _answer = static (_, _) => null;

    /// <summary>Creates an object from a delegate that answers all of its methods.</summary>
    internal static T Create<T>(Func<MethodInfo, object?[], object?> answer)
        where T : class
    {
        var proxy = Create<T, GrainProxy>();
        ((GrainProxy)(object)proxy)._answer = answer;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _answer(targetMethod!, args ?? []);
}
