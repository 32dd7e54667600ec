namespace SharedModels.Routing.Tests;

public sealed class RouterHistoryTests
{
    private static readonly int Histories =
        int.TryParse(Environment.GetEnvironmentVariable("HISTORIES"), out var count) ? count : 1_000;

    [Fact]
    public void Every_guarantee_holds_after_every_choice_of_random_histories()
    {
        for (var seed = 0; seed < Histories; seed++)
        {
            try
            {
                new RouterHistory(seed).Run();
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"History {seed} violates a guarantee: {exception.Message}", exception);
            }
        }
    }

    [Fact]
    public void The_same_history_leads_to_the_same_choices()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var (first, second) = (new RouterHistory(seed), new RouterHistory(seed));
            first.Run();
            second.Run();
            Assert.Equal(first.Decisions, second.Decisions);
        }
    }
}
