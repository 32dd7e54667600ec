namespace SharedModels.Orleans.Tests;

/// <summary>A result with two values.</summary>
/// <param name="Silo">The name of the silo.</param>
/// <param name="Text">The text.</param>
[GenerateSerializer]
public sealed record Answer([property: Id(0)] string Silo, [property: Id(1)] string Text);
