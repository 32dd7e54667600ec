namespace SharedModels.Routing.Nodes;

/// <summary>The knowledge of a router about a model of a node.</summary>
/// <param name="Model">The id of the model.</param>
/// <param name="Device">The device that the model is on or moves to, or <see langword="null"/>.</param>
/// <param name="Presence">The place of the model.</param>
/// <param name="Bytes">The number of bytes that the model takes on a device. 0 means that it is not known.</param>
/// <param name="Queued">The number of requests that wait for the model on the node.</param>
/// <param name="Version">The version that serves new requests. 0 means that it is not known.</param>
/// <param name="IsUnavailable">True if the node rejects requests for the model.</param>
internal sealed record NodeModelState(
    string Model, string? Device, ModelPresence Presence, long Bytes, int Queued, int Version, bool IsUnavailable);
