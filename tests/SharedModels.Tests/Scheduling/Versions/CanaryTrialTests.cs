using SharedModels.Scheduling.Versions;

namespace SharedModels.Tests.Scheduling.Versions;

/// <summary>A new version gets its share of the requests, and is found out if it is worse, and only then.</summary>
public sealed class CanaryTrialTests
{
    [Theory]
    [InlineData(0.05)]
    [InlineData(0.1)]
    [InlineData(0.3)]
    [InlineData(0.5)]
    public void The_new_version_serves_its_share(double share)
    {
        var trial = new CanaryTrial(share, seed: 2);
        var taken = Enumerable.Range(0, 100_000).Count(_ => trial.TakesNext(pending: 0));

        // Four standard deviations.
        Assert.InRange(taken, (share * 100_000) - 630, (share * 100_000) + 630);
    }

    [Fact]
    public void Callers_that_take_turns_all_get_it()
    {
        var trial = new CanaryTrial(0.05, seed: 2);
        var callers = Enumerable.Range(0, 2_000).Where(_ => trial.TakesNext(pending: 0)).Select(static request => request % 20).Distinct();
        Assert.InRange(callers.Count(), 18, 20);
    }

    [Fact]
    public void It_gets_one_request_at_a_time_until_ten_have_succeeded()
    {
        var trial = new CanaryTrial(0.5, seed: 2);
        for (var i = 0; i < 10; i++)
        {
            Assert.DoesNotContain(true, Enumerable.Range(0, 100).Select(_ => trial.TakesNext(pending: 1)));
            trial.Note(isNew: true, uses: 1, failures: 0, ticks: 1);
        }

        Assert.Contains(true, Enumerable.Range(0, 100).Select(_ => trial.TakesNext(pending: 1)));
    }

    [Theory]
    [InlineData(9, 1, "only 9 of its first 10 uses have ended")]
    [InlineData(0, 1, "only 0 of its first 1 uses have ended")]
    [InlineData(9, 0, null)]
    [InlineData(10, 3, null)]
    public void A_version_that_hangs_does_not_pass(int ended, int pending, string? verdict)
    {
        var trial = new CanaryTrial(0.5, seed: 2);
        for (var i = 0; i < ended; i++)
            trial.Note(isNew: true, uses: 1, failures: 0, ticks: 1);
        trial.End(pending);
        Assert.Equal(verdict, trial.Verdict);
    }

    [Theory]
    [InlineData(57, 3)]
    [InlineData(1_000, 2)]
    [InlineData(10, 7)]
    public void A_version_that_always_fails_is_found_out_after_a_few_uses(int oldUses, int expected)
    {
        var trial = new CanaryTrial(0.05, seed: 2);
        trial.Note(isNew: false, uses: oldUses, failures: 0, ticks: 1);
        while (trial.Verdict is null)
            trial.Note(isNew: true, uses: 1, failures: 1, ticks: 1);
        Assert.Equal(expected, trial.Uses);
        Assert.Equal($"{expected} of its {expected} uses failed, compared with 0 of {oldUses} of the old version", trial.Verdict);
        Assert.DoesNotContain(true, Enumerable.Range(0, 100).Select(_ => trial.TakesNext(pending: 0)));
    }

    [Theory]
    [InlineData(0.01, 0.2, 1, 2_000)]
    [InlineData(0.1, 0.4, 1, 2_000)]
    [InlineData(0, 0, 2, 2_000)]
    [InlineData(0.01, 0.01, 3, 2_000)]
    public void A_worse_version_is_found_out(double oldRate, double newRate, double slowdown, int requests)
    {
        var found = Enumerable.Range(0, 200).Count(seed =>
        {
            var trial = new CanaryTrial(0.05, seed);
            Serve(trial, requests, new(seed), oldRate, newRate, slowdown);
            return trial.Verdict is not null;
        });
        Assert.InRange(found, 190, 200);
    }

    [Theory]
    [InlineData(0, 1, 0.05)]
    [InlineData(0.01, 1, 0.05)]
    [InlineData(0.2, 1, 0.05)]
    [InlineData(0.01, 0.8, 0.05)]
    [InlineData(0.05, 1, 0.5)]
    public void An_equal_or_a_better_version_is_hardly_ever_rejected(double rate, double slowdown, double share)
    {
        var rejected = Enumerable.Range(0, 500).Count(seed =>
        {
            var trial = new CanaryTrial(share, seed);
            Serve(trial, 10_000, new(seed), rate, rate, slowdown);
            return trial.Verdict is not null;
        });
        Assert.InRange(rejected, 0, 5);
    }

    [Fact]
    public void Durations_count_when_both_versions_have_had_some_uses()
    {
        var trial = new CanaryTrial(0.5, seed: 2);
        for (var i = 0; i < 19; i++)
            trial.Note(isNew: false, uses: 1, failures: 0, ticks: 10);
        for (var i = 0; i < 100; i++)
            trial.Note(isNew: true, uses: 1, failures: 0, ticks: 1000);
        Assert.Null(trial.Verdict);
        trial.Note(isNew: false, uses: 1, failures: 0, ticks: 10);
        for (var i = 0; i < 4; i++)
        {
            Assert.Null(trial.Verdict);
            trial.Note(isNew: true, uses: 1, failures: 0, ticks: 13);
        }

        Assert.Equal("4 of 4 uses took more than 1.25 times as long as almost all of the old version", trial.Verdict);
    }

    [Fact]
    public void The_first_uses_of_a_version_may_be_slow()
    {
        var trial = new CanaryTrial(0.5, seed: 2);
        for (var i = 0; i < 100; i++)
            trial.Note(isNew: false, uses: 1, failures: 0, ticks: 10);
        for (var i = 0; i < 10; i++)
            trial.Note(isNew: true, uses: 1, failures: 0, ticks: 1000);
        for (var i = 0; i < 100; i++)
            trial.Note(isNew: true, uses: 1, failures: 0, ticks: 10);
        Assert.Null(trial.Verdict);
    }

    [Fact]
    public void Durations_of_failures_and_of_batches_are_not_compared()
    {
        var trial = new CanaryTrial(0.5, seed: 2);
        for (var i = 0; i < 1_000; i++)
        {
            trial.Note(isNew: false, uses: 1, failures: i % 2, ticks: i % 2 == 0 ? 10 : 100_000);
            trial.Note(isNew: true, uses: 1, failures: i % 2, ticks: i % 2 == 0 ? 12 : 100_000);
            trial.Note(isNew: true, uses: 2, failures: 1, ticks: 100_000);
        }

        Assert.Null(trial.Verdict);
        Assert.Equal((3_000, 1_500), (trial.Uses, trial.Failures));
    }

    [Fact]
    public void The_first_verdict_stays()
    {
        var trial = new CanaryTrial(0.5, seed: 2);
        trial.Fail("it could not be brought to its device");
        trial.Note(isNew: true, uses: 100, failures: 100, ticks: 1);
        trial.End(pending: 1);
        Assert.Equal("it could not be brought to its device", trial.Verdict);
    }

    /// <summary>Serves requests, and returns the number that the new version has served.</summary>
    private static int Serve(CanaryTrial trial, int requests, Random random, double oldRate, double newRate, double slowdown = 1)
    {
        var served = 0;
        for (var i = 0; i < requests; i++)
        {
            var isNew = trial.TakesNext(pending: 0);
            if (isNew)
                served++;
            var fails = random.NextDouble() < (isNew ? newRate : oldRate);

            // A logarithmic normal distribution, as durations of requests of different sizes have.
            var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            var duration = Math.Exp(0.4 * normal) * (isNew ? slowdown : 1) * 100_000;
            trial.Note(isNew, uses: 1, fails ? 1 : 0, (long)duration);
        }

        return served;
    }
}
