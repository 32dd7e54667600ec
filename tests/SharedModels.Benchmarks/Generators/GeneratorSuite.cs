using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SharedModels.Generators;

namespace SharedModels.Benchmarks.Generators;

/// <summary>
/// The cost of the generator in an editor: 1,000 models in a compilation of 5,000 files, on the first run and after keystrokes.
/// </summary>
internal static class GeneratorSuite
{
    private const int Files = 5000;
    private const int Models = 1000;
    private const int Keystrokes = 25;

    public static void Run(Report report)
    {
        // The first run compiles the compiler itself and the generator. The second, in a fresh compilation, counts.
        _ = First(SourceFiles.Compile(Files, Models));
        var compilation = SourceFiles.Compile(Files, Models);
        var (driver, first) = First(compilation);
        report.Row($"first run, {Models} models in {Files} files", $"{Milliseconds(first):0.0} ms");
        foreach (var (what, edit) in SourceFiles.Edits(Models))
        {
            var times = new double[Keystrokes];
            var edited = compilation;
            var run = driver;
            for (var i = 0; i < Keystrokes; i++)
            {
                edited = edit(edited, i);
                run = run.RunGenerators(edited);
                times[i] = Milliseconds(run.GetTimingInfo().GeneratorTimes[0].ElapsedTime);
            }

            var median = Measure.Median(times);
            report.Row(what, $"{median:0.00} ms", $"{median / Milliseconds(first):P2} of the first run");
        }
    }

    private static (GeneratorDriver Driver, TimeSpan Time) First(Compilation compilation)
    {
        var driver = CSharpGeneratorDriver.Create(new SharedModelGenerator())
            .WithUpdatedParseOptions(SourceFiles.ParseOptions)
            .RunGenerators(compilation);
        return (driver, driver.GetTimingInfo().GeneratorTimes[0].ElapsedTime);
    }

    private static double Milliseconds(TimeSpan time) => time.TotalMilliseconds;
}
