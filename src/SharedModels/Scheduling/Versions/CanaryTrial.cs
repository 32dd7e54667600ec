namespace SharedModels.Scheduling.Versions;

/// <summary>
/// Compares a new version of a model with the old one while it serves a share of the requests. The trial fails as soon as the uses of the
/// new version fail, or are slow, more often than chance explains.
/// </summary>
/// <remarks>
/// <para>
/// Both comparisons are tests of a binomial rate. The old version gives the rate that is expected, and the bound of Chernoff and Hoeffding
/// the probability of seeing at least as many events: exp(-n · D(k/n ‖ p)), with the relative entropy D. It needs no table, and is never
/// smaller than the exact probability (Hoeffding, "Probability inequalities for sums of bounded random variables", 1963, theorem 1).
/// </para>
/// <para>
/// A use is slow if it takes 1.25 times as long as the 95th percentile of the last uses of the old version. Whatever the durations are, at
/// most one in twenty of an equal version is slow.
/// </para>
/// </remarks>
/// <param name="share">The share of the requests that the new version serves, above 0 and at most <see cref="MaxShare"/>.</param>
/// <param name="seed">The seed of the choice. A fixed rhythm would give some callers always the same version.</param>
internal sealed class CanaryTrial(double share, int seed)
{
    /// <summary>The largest share. With more, the old version would have too few uses to compare with.</summary>
    public const double MaxShare = 0.5;

    // The test is repeated after every use, so that the chance to reject an equal version is a few times as large.
    private const double MaxChance = 2e-4;
    private const double MaxSlowdown = 1.25;
    private const double Percentile = 0.95;

    // Twice the share of an equal version, because the percentile is measured on few uses.
    private const double ExpectedSlow = 0.1;
    private const int MinDurations = 20, MaxDurations = 128;

    /// <summary>The uses after which a version is known to work at all, and to be warm.</summary>
    private const int FewUses = 10;

    private readonly long[] _durations = new long[MaxDurations];
#pragma warning disable CA5394 // The choice of a version is not a secret.
    private readonly Random _random = new(seed);
#pragma warning restore CA5394
    private long _oldUses;
    private long _oldFailures;
    private long _measured;
    private long _compared;
    private long _slow;

    /// <summary>The uses of the new version that have ended.</summary>
    public long Uses { get; private set; }

    /// <summary>The uses of the new version that have failed.</summary>
    public long Failures { get; private set; }

    /// <summary>The reason why the trial has failed, as a part of a sentence, or <see langword="null"/>.</summary>
    public string? Verdict { get; private set; }

    private bool IsProven => Uses - Failures >= FewUses;

    /// <summary>Returns true if the new version serves the next request.</summary>
    /// <param name="pending">
    /// The requests that it serves already. Until it has completed some uses, it gets one request at a time, so that few of them fail.
    /// </param>
    public bool TakesNext(int pending) =>
#pragma warning disable CA5394 // See above.
        _random.NextDouble() < share && Verdict is null && (pending == 0 || IsProven);
#pragma warning restore CA5394

    /// <summary>Notes that uses have ended.</summary>
    /// <param name="isNew">True for uses of the new version.</param>
    /// <param name="uses">The number of uses: 1, or the number of inputs of a batch.</param>
    /// <param name="failures">The number of them that failed.</param>
    /// <param name="ticks">The duration. It is compared for single uses that succeed.</param>
    public void Note(bool isNew, int uses, int failures, long ticks)
    {
        var isMeasured = uses == 1 && failures == 0;
        if (!isNew)
        {
            (_oldUses, _oldFailures) = (_oldUses + uses, _oldFailures + failures);
            if (isMeasured)
                _durations[_measured++ % MaxDurations] = ticks;
            return;
        }

        // The first uses of a version can be slower than later ones.
        if (isMeasured && IsProven)
            Compare(ticks);
        (Uses, Failures) = (Uses + uses, Failures + failures);
        Judge();
    }

    /// <summary>Ends the trial with a verdict, unless it has one.</summary>
    public void Fail(string reason) => Verdict ??= reason;

    /// <summary>Ends the trial. Uses that have not ended count if they are the first ones, because a version can hang.</summary>
    /// <param name="pending">The requests that the new version serves.</param>
    public void End(int pending)
    {
        if (pending > 0 && !IsProven)
            Fail($"only {Uses} of its first {Uses + pending} uses have ended");
    }

    private void Compare(long ticks)
    {
        if (_measured < MinDurations)
            return;
        var known = _durations[..(int)Math.Min(_measured, MaxDurations)];
        Array.Sort(known);
        _compared++;
        if (ticks > MaxSlowdown * known[(int)(Percentile * (known.Length - 1))])
            _slow++;
    }

    private void Judge()
    {
        // One failure and one success more than were seen, and two standard deviations, because the rate of few uses is not exact.
        var count = _oldUses + 2.0;
        var rate = (_oldFailures + 1) / count;
        rate = Math.Min(1, rate + (2 * Math.Sqrt(rate * (1 - rate) / count)));
        if (IsMoreThan(Failures, Uses, rate))
            Fail($"{Failures} of its {Uses} uses failed, compared with {_oldFailures} of {_oldUses} of the old version");
        else if (IsMoreThan(_slow, _compared, ExpectedSlow))
            Fail($"{_slow} of {_compared} uses took more than {MaxSlowdown:0.##} times as long as almost all of the old version");
    }

    /// <summary>Returns true if so many events of a rate are too improbable.</summary>
    private static bool IsMoreThan(long events, long count, double rate)
    {
        var share = events / (double)count;
        if (count == 0 || share <= rate)
            return false;
        var entropy = (share * Math.Log(share / rate)) + (share < 1 ? (1 - share) * Math.Log((1 - share) / (1 - rate)) : 0);
        return -count * entropy < Math.Log(MaxChance);
    }
}
