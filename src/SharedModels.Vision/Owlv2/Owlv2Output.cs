namespace SharedModels.Vision;

/// <summary>The result of an <see cref="Owlv2Input"/>.</summary>
/// <param name="Detections">The detections, ordered by descending score.</param>
/// <param name="Device">The device that the batch ran on.</param>
/// <param name="Duration">The time that the whole batch took.</param>
public sealed record Owlv2Output(IReadOnlyList<Owlv2Detection> Detections, Device Device, TimeSpan Duration);
