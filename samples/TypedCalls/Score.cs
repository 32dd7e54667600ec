using Orleans;

namespace TypedCalls;

/// <summary>A result.</summary>
/// <param name="Value">A number from 0 to 1.</param>
/// <param name="Process">The number of the process that has computed it.</param>
[GenerateSerializer]
public sealed record Score([property: Id(0)] double Value, [property: Id(1)] int Process);
