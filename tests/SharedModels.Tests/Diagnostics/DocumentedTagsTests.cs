using System.Runtime.CompilerServices;
using SharedModels.Diagnostics;
using SharedModels.Scheduling.Decisions;

namespace SharedModels.Tests.Diagnostics;

/// <summary>The document about telemetry lists the values of tags, and the live page has words for them.</summary>
public sealed class DocumentedTagsTests
{
    public static TheoryData<string> Values =>
    [
        .. Enum.GetValues<RejectionReason>().Select(SharedModelsMetrics.Outcome)
            .Union(Enum.GetValues<EvictionReason>().Select(SharedModelsMetrics.Reason)),
    ];

    [Theory]
    [MemberData(nameof(Values))]
    public void A_value_is_documented_and_has_words_on_the_live_page(string value)
    {
        Assert.Contains($"`{value}`", Read("eng/docs/telemetry.md"), StringComparison.Ordinal);
        Assert.Matches($@"\b{value}: """, Read("src/SharedModels.AspNetCore/Dashboard/Page/state.js"));
    }

    private static string Read(string file, [CallerFilePath] string path = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(path)!, "../../..", file));
}
