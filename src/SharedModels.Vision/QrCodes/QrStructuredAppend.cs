namespace SharedModels.Vision;

/// <summary>The position of a code in a message that is spread over several codes (structured append, ISO/IEC 18004, 8).</summary>
/// <param name="Index">The zero-based position.</param>
/// <param name="Count">The number of codes, from 1 to 16.</param>
/// <param name="Parity">The exclusive or of all bytes of the message. It is the same in all codes of the message.</param>
public readonly record struct QrStructuredAppend(int Index, int Count, byte Parity);
