namespace SharedModels.Vision;

/// <summary>A message that is spread over several codes, all of which were found (structured append).</summary>
/// <param name="Text">The concatenated text of the codes.</param>
/// <param name="Bytes">The concatenated bytes of the codes.</param>
/// <param name="Codes">The codes in the order of the message.</param>
public sealed record QrMessage(string Text, ReadOnlyMemory<byte> Bytes, IReadOnlyList<QrDetection> Codes);
