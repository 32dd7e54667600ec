using SharedModels.OnnxRuntime.Text;

namespace SharedModels.OnnxRuntime.Tests;

public sealed class TokenRunsTests
{
    [Fact]
    public void Texts_of_similar_length_run_together_as_far_as_the_limit_allows() =>
        Assert.Equal([[1, 3, 0], [4], [2]], TokenRuns.Divide([4, 2, 30, 3, 12], maxTokens: 15));

    [Fact]
    public void A_run_is_divided_where_less_padding_saves_more_than_a_further_run_costs()
    {
        Assert.Equal([[0, 1, 2, 3], [4, 5]], TokenRuns.Divide([8, 8, 9, 9, 26, 26], maxTokens: 1_000, runCost: 20));
        Assert.Equal([[0, 1, 2, 3, 4, 5]], TokenRuns.Divide([8, 8, 9, 9, 13, 13], maxTokens: 1_000, runCost: 20));
        Assert.Equal([[2], [0], [1]], TokenRuns.Divide([100, 1_000, 10], maxTokens: 10_000, runCost: 20));
    }

    [Fact]
    public void Without_texts_there_is_no_run() => Assert.Empty(TokenRuns.Divide([], maxTokens: 15));

    [Fact]
    public void A_large_number_of_tokens_does_not_overflow() =>
        Assert.Single(TokenRuns.Divide([.. Enumerable.Repeat(1, 100_000)], int.MaxValue));
}
