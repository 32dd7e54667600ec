using SharedModels.OnnxRuntime.Text;

namespace SharedModels.OnnxRuntime.Tests;

public sealed class TokenRunsTests
{
    [Fact]
    public void Texts_of_similar_length_run_together_as_far_as_the_limit_allows() =>
        Assert.Equal([[1, 3, 0], [4], [2]], TokenRuns.Divide([4, 2, 30, 3, 12], maxTokens: 15));

    [Fact]
    public void Without_texts_there_is_no_run() => Assert.Empty(TokenRuns.Divide([], maxTokens: 15));

    [Fact]
    public void A_large_number_of_tokens_does_not_overflow() =>
        Assert.Single(TokenRuns.Divide([.. Enumerable.Repeat(1, 100_000)], int.MaxValue));
}
