using SharedModels.Packages.Tests;

namespace SharedModels.Benchmarks.Publishing;

/// <summary>A program with leases, options and health checks, compiled ahead of time and just in time.</summary>
internal static class PublishingSuite
{
    private const int Rounds = 15;

    public static void Run(Report report)
    {
        using var feed = new PackageFeed();
        feed.Run("Aot", "publish --nologo --output ahead");
        feed.Run("Aot", "publish --nologo -p:PublishAot=false --no-self-contained --output jit");
        feed.Run("Aot", "publish --nologo -p:PublishAot=false --self-contained --output whole");
        var seconds = Measure.Interleaved(Rounds, () => feed.RunPublished("Aot", "ahead/Aot"), () => feed.RunPublished("Aot", "jit/Aot"));
        report.Row(
            "start, one lease, health checks and stop, compiled ahead of time",
            $"{seconds[0] * 1000:0} ms",
            $"{seconds[0] / seconds[1]:0.00} x the same program on the JIT ({seconds[1] * 1000:0} ms)");
        var (ahead, jit, whole) =
            (Megabytes(feed.PathOf("Aot/ahead")), Megabytes(feed.PathOf("Aot/jit")), Megabytes(feed.PathOf("Aot/whole")));
        report.Row(
            "the same: files to deploy",
            $"{ahead:0.0} MB",
            $"{ahead / whole:0.00} x on the JIT with the runtime ({whole:0.0} MB). Without the runtime, the JIT takes {jit:0.0} MB");
    }

    private static double Megabytes(string folder) => new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories)
        .Where(static file => file.Extension is not (".pdb" or ".dbg" or ".xml"))
        .Sum(static file => file.Length) / 1e6;
}
