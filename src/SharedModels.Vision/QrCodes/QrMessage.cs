namespace SharedModels.Vision;

/// <summary>A message that is spread over several codes, all of which were found (structured append).</summary>
/// <param name="Text">The text of the codes in their order.</param>
/// <param name="Bytes">The bytes of the codes in their order.</param>
/// <param name="Codes">The codes in their order.</param>
public sealed record QrMessage(string Text, ReadOnlyMemory<byte> Bytes, IReadOnlyList<QrDetection> Codes);
