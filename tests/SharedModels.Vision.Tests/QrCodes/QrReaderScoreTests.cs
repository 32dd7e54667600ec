using System.Diagnostics;
using SharedModels.Vision.Tests.QrCodes.Geometry;
using Xunit.Abstractions;

namespace SharedModels.Vision.Tests.QrCodes;

/// <summary>
/// Tests the number of codes that are read in the fixtures. The minimums are the results that were reached, to detect regressions.
/// </summary>
public class QrReaderScoreTests(ITestOutputHelper output)
{
    [Fact]
    public void Codes_are_read_at_their_positions_without_false_texts()
    {
        var reader = new QrReader();
        var falseReads = new List<string>();
        var missed = new List<string>();
        var overlaps = new List<double>();
        var score = new SortedDictionary<string, (int Read, int Codes, double Milliseconds, int Images)>(StringComparer.Ordinal);
        reader.Detect(QrFixture.All[0].Decode());
        foreach (var fixture in QrFixture.All)
        {
            var image = fixture.Decode();
            var watch = Stopwatch.StartNew();
            var detections = reader.Detect(image).ToList();
            var milliseconds = watch.Elapsed.TotalMilliseconds;
            var read = 0;
            foreach (var code in fixture.Codes)
            {
                var best = detections.Where(detection => detection.Text == code.Text).MaxBy(detection => Overlap(detection, code));
                if (best is null)
                {
                    missed.Add($"{fixture.File}{(code.Hard ? " (hard)" : "")}: {code.Text[..Math.Min(30, code.Text.Length)]}");
                    continue;
                }

                read++;
                detections.Remove(best);
                if (!code.Hard && code.Corners is not null)
                    overlaps.Add(Overlap(best, code));
            }

            falseReads.AddRange(detections.Select(detection => $"{fixture.File}: {detection.Text}"));
            var sum = score.GetValueOrDefault(fixture.Category);
            score[fixture.Category] = (sum.Read + read, sum.Codes + fixture.Codes.Length, sum.Milliseconds + milliseconds, sum.Images + 1);
        }

        foreach (var (category, (read, codes, milliseconds, images)) in score)
            output.WriteLine($"{category,-16} {read,3} / {codes,-3} {milliseconds / images,8:0.0} ms an image");
        overlaps.Sort();
        var (total, all) = (score.Values.Sum(sum => sum.Read), score.Values.Sum(sum => sum.Codes));
        output.WriteLine(
            $"all              {total,3} / {all,-3} {score.Values.Sum(sum => sum.Milliseconds) / QrFixture.All.Count,8:0.0} ms an image");
        output.WriteLine(
            $"corner IoU: least {overlaps[0]:0.000}, 5 % {overlaps[overlaps.Count / 20]:0.000}, median "
            + $"{overlaps[overlaps.Count / 2]:0.000}, mean {overlaps.Average():0.000}");
        output.WriteLine($"missed: {string.Join("; ", missed)}");

        Assert.Empty(falseReads);
        Assert.True(total >= 85, $"Only {total} of {all} codes were read.");
        Assert.True(overlaps[0] >= 0.9, $"A code's corners overlap the truth by {overlaps[0]:0.000} only.");
    }

    private static double Overlap(QrDetection detection, QrFixtureCode code) =>
        code.Corners is null
            ? 1
            : Polygons.IntersectionOverUnion(
                [.. detection.Polygon.Select(point => ((double)point.X, (double)point.Y))],
                [.. code.Corners.Select(corner => (corner[0], corner[1]))]);
}
