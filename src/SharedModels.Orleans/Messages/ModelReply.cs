using Orleans;
using SharedModels.Routing;

namespace SharedModels.Orleans.Messages;

/// <summary>The reply to a call: a result or an item of a stream, a rejection before the call began, or an error.</summary>
[GenerateSerializer]
[Immutable]
[Alias("SharedModels.ModelReply")]
internal sealed class ModelReply
{
    /// <summary>The first reply of a stream, which has begun.</summary>
    public static ModelReply Begun { get; } = new();

    /// <summary>The serialized result.</summary>
    [Id(0)]
    public byte[] Result { get; init; } = [];

    /// <summary>The reason why the call has not begun.</summary>
    [Id(1)]
    public NodeRejection? Rejection { get; init; }

    /// <summary>The load of a node that has rejected the call.</summary>
    [Id(2)]
    public byte[]? Report { get; init; }

    [Id(3)]
    public ModelError? Error { get; init; }
}
