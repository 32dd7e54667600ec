using SharedModels.Scheduling.Versions;

namespace SharedModels.Tests.Scheduling.Versions;

/// <summary>A new version gets its share of the requests, and is found out if it is worse, and only then.</summary>
public sealed class CanaryTrialTests
{
    [Theory]
    [InlineData(0.05, 50)]
    [InlineData(0.5, 500)]
    [InlineData(1, 1000)]
    public void The_new_version_serves_its_share(double share, int expected)
    {
        var trial = new CanaryTrial(share);
        Assert.Equal(expected, Enumerable.Range(0, 1000).Count(_ => trial.TakesNext(pending: 0)));
    }

    [Fact]
    public void It_gets_one_request_at_a_time_until_ten_have_succeeded()
    {
        var trial = new CanaryTrial(1);
        for (var i = 0; i < 10; i++)
        {
            Assert.True(trial.TakesNext(pending: 0));
            Assert.False(trial.TakesNext(pending: 1));
            trial.Note(isNew: true, uses: 1, failures: 0, duration: 1);
        }

        Assert.True(trial.TakesNext(pending: 1));
    }

    [Fact]
    public void A_request_that_it_could_not_take_does_not_add_up()
    {
        var trial = new CanaryTrial(0.5);
        for (var i = 0; i < 100; i++)
            Assert.False(trial.TakesNext(pending: 1));
        Assert.Equal([true, false, true], Enumerable.Range(0, 3).Select(_ => trial.TakesNext(pending: 0)));
    }

    [Fact]
    public void A_version_that_always_fails_is_found_out_after_three_uses()
    {
        var trial = new CanaryTrial(0.05);
        var served = Serve(trial, 1000, new(1), oldRate: 0, newRate: 1);
        Assert.Equal(3, served);
        Assert.Equal("3 of its 3 uses failed, next to 0 of 57 of the old version", trial.Verdict);
        Assert.False(trial.TakesNext(pending: 0));
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
            var trial = new CanaryTrial(0.05);
            Serve(trial, requests, new(seed), oldRate, newRate, slowdown);
            return trial.Verdict is not null;
        });
        Assert.InRange(found, 190, 200);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.01, 1)]
    [InlineData(0.2, 1)]
    [InlineData(0.01, 0.8)]
    public void An_equal_or_a_better_version_is_hardly_ever_rejected(double rate, double slowdown)
    {
        var rejected = Enumerable.Range(0, 500).Count(seed =>
        {
            var trial = new CanaryTrial(0.05);
            Serve(trial, 10_000, new(seed), rate, rate, slowdown);
            return trial.Verdict is not null;
        });
        Assert.InRange(rejected, 0, 5);
    }

    [Fact]
    public void Durations_do_not_count_before_there_are_enough_of_the_old_version()
    {
        var trial = new CanaryTrial(1);
        for (var i = 0; i < 19; i++)
            trial.Note(isNew: false, uses: 1, failures: 0, duration: 10);
        for (var i = 0; i < 100; i++)
            trial.Note(isNew: true, uses: 1, failures: 0, duration: 1000);
        Assert.Null(trial.Verdict);
        trial.Note(isNew: false, uses: 1, failures: 0, duration: 10);
        for (var i = 0; i < 4; i++)
        {
            Assert.Null(trial.Verdict);
            trial.Note(isNew: true, uses: 1, failures: 0, duration: 13);
        }

        Assert.Equal("4 of its 4 uses took more than 1.25 times as long as almost all of the old version", trial.Verdict);
    }

    [Fact]
    public void Uses_that_fail_or_did_not_start_have_no_duration()
    {
        var trial = new CanaryTrial(1);
        for (var i = 0; i < 1_000; i++)
        {
            trial.Note(isNew: false, uses: 1, failures: i % 2, duration: i % 2 == 0 ? 10 : 100_000);
            trial.Note(isNew: true, uses: 1, failures: i % 2, duration: i % 2 == 0 ? 12 : i % 4 == 1 ? null : 100_000);
        }

        Assert.Null(trial.Verdict);
        Assert.Equal((1_000, 500), (trial.Uses, trial.Failures));
    }

    [Fact]
    public void Inputs_of_a_batch_count_one_by_one()
    {
        var trial = new CanaryTrial(1);
        trial.Note(isNew: false, uses: 1_000, failures: 30, duration: 10);
        for (var i = 0; i < 10; i++)
            trial.Note(isNew: true, uses: 32, failures: 1, duration: 10);
        Assert.Null(trial.Verdict);
        trial.Note(isNew: true, uses: 32, failures: 32, duration: 10);
        Assert.NotNull(trial.Verdict);
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
