namespace SharedModels.Benchmarks.Leasing;

/// <summary>The rows of the suite.</summary>
internal static class LeasingReport
{
    public static void Begin(Report report)
    {
        report.Text(
            "Each figure is the median of the rounds, with the minimum and the maximum in brackets. A ratio compares the same round. "
            + "Processor time and bytes allocated are those of all threads of the process.");
        report.Table("what", "wall time", "processor time", "bytes", "compared with");
    }

    public static void Row(Report report, string what, Rounds rounds, string comparison = "") =>
        report.Cells(what, rounds.Wall.ToTime(), rounds.Processor.ToTime(), rounds.Bytes.ToString("0"), comparison);

    /// <summary>The ratio to another candidate.</summary>
    public static string Times(Rounds rounds, Rounds other, string name) =>
        $"{rounds.Wall.Over(other.Wall)} x {name} (processor time {rounds.Processor.Over(other.Processor)} x)";
}
