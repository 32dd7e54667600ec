using SharedModels.Vision.QrCodes.Decoding;

namespace SharedModels.Vision.QrCodes;

/// <summary>Combines messages that are spread over several codes.</summary>
internal static class QrSequences
{
    /// <summary>
    /// Returns the messages that have a code for each position, no two different codes for the same position, and the parity that their
    /// codes state.
    /// </summary>
    public static IReadOnlyList<QrMessage> Join(IReadOnlyList<(QrContent Content, QrDetection Detection)> codes)
    {
        var messages = new List<QrMessage>();
        foreach (var parts in codes
            .Where(static code => code.Content.StructuredAppend is { Count: > 1 })
            .GroupBy(static code => code.Content.StructuredAppend!.Value with { Index = 0 }))
        {
            var ordered = parts
                .DistinctBy(static part => (IndexOf(part.Content), Convert.ToHexString(part.Content.Bytes)))
                .OrderBy(static part => IndexOf(part.Content))
                .ToList();
            if (!ordered.Select(static part => IndexOf(part.Content)).SequenceEqual(Enumerable.Range(0, parts.Key.Count)))
                continue;
            var joined = QrContent.Join(ordered.Select(static part => part.Content));
            if (IsOfOneMessage(joined, parts.Key.Parity))
                messages.Add(new QrMessage(joined.Text, joined.Bytes, [.. ordered.Select(static part => part.Detection)]));
        }

        return messages;
    }

    // Some generators always write the parity 0.
    private static bool IsOfOneMessage(QrContent joined, byte parity) =>
        parity == 0 || joined.HasDesignatedEncoding || joined.Bytes.Aggregate(0, static (sum, value) => sum ^ value) == parity;

    private static int IndexOf(QrContent content) => content.StructuredAppend!.Value.Index;
}
