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
/// <param name="share">The share of the requests that the new version serves, above 0 and at most 1.</param>
internal sealed class CanaryTrial(double share)
{
    // The test is repeated after every use, so that the chance to reject an equal version is a few times as large.
    private const double MaxChance = 2e-4;
    private const double MaxSlowdown = 1.25;
    private const double Percentile = 0.95;

    // Twice the share of an equal version, because the percentile is measured on few uses.
    private const double ExpectedSlow = 0.1;
    private const int FewUses = 10, MinDurations = 20, MaxDurations = 128;

    private readonly long[] _durations = new long[MaxDurations];
    private double _credit;
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

    /// <summary>Returns true if the new version serves the next request.</summary>
    /// <param name="pending">
    /// The requests that it serves already. Until it has completed some uses, it gets one request at a time, so that few of them fail.
    /// </param>
    public bool TakesNext(int pending)
    {
        if (Verdict is not null)
            return false;
        _credit = Math.Min(1, _credit + share);
        if (_credit < 1 || (pending > 0 && Uses - Failures < FewUses))
            return false;
        _credit = 0;
        return true;
    }

    /// <summary>Notes that uses have ended.</summary>
    /// <param name="isNew">True for uses of the new version.</param>
    /// <param name="uses">The number of uses: 1, or the number of inputs of a batch.</param>
    /// <param name="failures">The number of them that failed.</param>
    /// <param name="duration">The ticks that they took together, or <see langword="null"/> if they did not start.</param>
    public void Note(bool isNew, int uses, int failures, long? duration)
    {
        if (isNew)
        {
            (Uses, Failures) = (Uses + uses, Failures + failures);
            if (duration is { } ticks && failures == 0)
                Compare(ticks);
            Judge();
            return;
        }

        (_oldUses, _oldFailures) = (_oldUses + uses, _oldFailures + failures);
        if (duration is { } old && failures == 0)
            _durations[_measured++ % MaxDurations] = old;
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
        // One failure and one success more than were seen, so that a short history without failures does not mean that there are none.
        if (Verdict is null && IsMoreThan(Failures, Uses, (_oldFailures + 1) / (_oldUses + 2.0)))
            Verdict = $"{Failures} of its {Uses} uses failed, next to {_oldFailures} of {_oldUses} of the old version";
        else if (Verdict is null && IsMoreThan(_slow, _compared, ExpectedSlow))
            Verdict = $"{_slow} of its {_compared} uses took more than {MaxSlowdown:0.##} times as long as almost all of the old version";
    }

    /// <summary>Returns true if so many events of a rate are too improbable.</summary>
    private static bool IsMoreThan(long events, long count, double rate)
    {
        var share = events / (double)count;
        if (count == 0 || share <= rate)
            return false;
        var entropy = share * Math.Log(share / rate) + (share < 1 ? (1 - share) * Math.Log((1 - share) / (1 - rate)) : 0);
        return -count * entropy < Math.Log(MaxChance);
    }
}
