using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace SharedModels.Yarp.Gateways.Telemetry;

/// <summary>Lets the activities of a node continue the trace of the gateway.</summary>
internal static class TraceHeaders
{
    /// <summary>
    /// Writes the activity that the node's activities descend from. Without one, the trace of the client continues on the node.
    /// </summary>
    public static void Write(Activity? activity, HttpRequest request, HttpRequestMessage forwarded)
    {
        var propagator = DistributedContextPropagator.Current;
        if (activity is not null)
        {
            propagator.Inject(activity, forwarded, static (carrier, name, value) => Set((HttpRequestMessage)carrier!, name, value));
            return;
        }

        foreach (var name in propagator.Fields)
        {
            if (request.Headers[name] is [{ } value])
                Set(forwarded, name, value);
        }
    }

    private static void Set(HttpRequestMessage request, string name, string value)
    {
        request.Headers.Remove(name);
        request.Headers.TryAddWithoutValidation(name, value);
    }
}
