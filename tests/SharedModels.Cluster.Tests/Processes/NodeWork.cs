using System.Globalization;

namespace SharedModels.Cluster.Tests.Processes;

/// <param name="Received">The number of requests of gateways that have arrived.</param>
/// <param name="Executions">The number of requests that have begun to use a model.</param>
/// <param name="BodyBytes">The number of body bytes that have been read.</param>
/// <param name="Queued">The number of requests that wait.</param>
internal sealed record NodeWork(int Received, int Executions, long BodyBytes, int Queued)
{
    public static NodeWork Parse(string text)
    {
        var numbers = text.Trim('"').Split(' ').Select(static number => long.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        return new((int)numbers[0], (int)numbers[1], numbers[2], (int)numbers[3]);
    }
}
