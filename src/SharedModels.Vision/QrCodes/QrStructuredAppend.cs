namespace SharedModels.Vision;

/// <summary>The place of a code in a message that is spread over several codes (structured append, ISO/IEC 18004, 8).</summary>
/// <param name="Index">The place, from 0.</param>
/// <param name="Count">The number of codes, from 1 to 16.</param>
/// <param name="Parity">The exclusive or of all bytes of the message, the same in all its codes.</param>
public readonly record struct QrStructuredAppend(int Index, int Count, byte Parity);
