using Orleans;
using SharedModels.Routing;

namespace SharedModels.Orleans.Messages;

/// <summary>The reply to a call: a result or an item of a stream, a rejection before the call began, or an error.</summary>
[GenerateSerializer]
[Immutable]
[Alias("SharedModels.ModelReply")]
internal sealed record ModelReply
{
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

    /// <summary>The time that the call has waited for its lease, if it was measured. The first reply of a stream has it.</summary>
    [Id(4)]
    public TimeSpan? Waited { get; init; }
}
