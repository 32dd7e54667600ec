using SharedModels.Vision.Network;
using SharedModels.Vision.Postprocessing;

namespace SharedModels.Vision.Tests.Postprocessing;

/// <summary>Tests properties that hold for any network output: suppression, thresholds and the final filter.</summary>
public sealed class SuppressionPropertyTests
{
    private const int Rounds = 60;

    [Fact]
    public void The_order_of_the_candidates_does_not_matter_if_scores_differ()
    {
        var random = new Random(1);
        for (var i = 0; i < Rounds; i++)
        {
            var candidates = Candidates(random, 40);
            var kept = NonMaximumSuppression.Run(candidates, 0.3f);
            var shuffled = candidates.ToArray();
            random.Shuffle(shuffled);
            Assert.Equal(kept.OrderBy(c => c.Patch), NonMaximumSuppression.Run([.. shuffled], 0.3f).OrderBy(c => c.Patch));
        }
    }

    [Fact]
    public void Of_equal_scores_the_first_is_kept()
    {
        Candidate[] same = [.. Enumerable.Range(0, 5).Select(i => new Candidate(i, 0, 0.5f, new BoundingBox(0, 0, 10, 10 + i * 0.1f)))];
        Assert.Equal(0, Assert.Single(NonMaximumSuppression.Run([.. same], 0.5f)).Patch);
    }

    [Fact]
    public void The_best_candidate_is_always_kept()
    {
        var random = new Random(2);
        for (var i = 0; i < Rounds; i++)
        {
            var candidates = Candidates(random, 30);
            Assert.Contains(candidates.MaxBy(c => c.Score), NonMaximumSuppression.Run(candidates, 0.1f));
        }
    }

    [Fact]
    public void Suppression_matches_its_definition()
    {
        var random = new Random(3);
        for (var i = 0; i < Rounds; i++)
        {
            var candidates = Candidates(random, 30);
            foreach (var threshold in new[] { 0.1f, 0.3f, 0.7f })
            {
                var kept = new List<Candidate>();
                foreach (var candidate in candidates.OrderByDescending(c => c.Score))
                {
                    if (kept.TrueForAll(k => k.Box.IntersectionOverUnion(candidate.Box) <= threshold))
                        kept.Add(candidate);
                }

                Assert.Equal(kept.OrderBy(c => c.Patch), NonMaximumSuppression.Run(candidates, threshold));
            }
        }
    }

    [Fact]
    public void Suppression_ignores_labels()
    {
        var candidates = Candidates(new Random(4), 40);
        var relabeled = candidates.ConvertAll(c => c with { Prompt = c.Patch % 3 });
        Assert.Equal(
            NonMaximumSuppression.Run(candidates, 0.3f).Select(c => c.Patch),
            NonMaximumSuppression.Run(relabeled, 0.3f).Select(c => c.Patch));
    }

    [Fact]
    public void Suppressing_an_empty_list_returns_an_empty_list() => Assert.Empty(NonMaximumSuppression.Run([], 0.3f));

    [Fact]
    public void A_higher_threshold_gives_a_part_of_what_a_lower_one_gives()
    {
        var random = new Random(5);
        for (var i = 0; i < Rounds; i++)
        {
            var (logits, boxes) = Output(random, 30, 3);
            var all = Postprocess.Run(logits, boxes, 3, 0, 1, 100);
            Assert.Equal(30, all.Count);
            foreach (var threshold in new[] { 0.2f, 0.5f, 0.9f })
                Assert.Equal(all.Where(c => c.Score > threshold), Postprocess.Run(logits, boxes, 3, threshold, 1, 100));
        }
    }

    [Fact]
    public void The_order_of_prompts_only_changes_the_labels()
    {
        var random = new Random(6);
        var (logits, boxes) = Output(random, 30, 4);
        float[] reversed = [.. logits.Chunk(4).SelectMany(row => row.Reverse())];
        var (expected, actual) = (Postprocess.Run(logits, boxes, 4, 0.1f, 0.3f, 1), Postprocess.Run(reversed, boxes, 4, 0.1f, 0.3f, 1));
        Assert.Equal(expected, actual.Select(c => c with { Prompt = 3 - c.Prompt }));
    }

    [Fact]
    public void Boxes_grow_with_the_image()
    {
        var (logits, boxes) = Output(new Random(7), 30, 1);
        var (small, large) = (Postprocess.Run(logits, boxes, 1, 0, 0.3f, 64), Postprocess.Run(logits, boxes, 1, 0, 0.3f, 256));
        Assert.Equal(
            small.Select(c => c.Box), large.Select(c => new BoundingBox(c.Box.XMin / 4, c.Box.YMin / 4, c.Box.XMax / 4, c.Box.YMax / 4)));
    }

    [Fact]
    public void A_masked_prompt_never_wins_and_never_shows()
    {
        float[] boxes = [0.5f, 0.5f, 0.5f, 0.5f];
        Assert.Equal(1, Assert.Single(Postprocess.Run([float.MinValue, -20, float.MinValue], boxes, 3, 0, 1, 1)).Prompt);
        Assert.Empty(Postprocess.Run([float.MinValue], boxes, 1, 0, 1, 1));
    }

    [Fact]
    public void A_guided_score_matches_its_formula()
    {
        var random = new Random(8);
        for (var i = 0; i < Rounds; i++)
        {
            var (logits, boxes) = Output(random, 20, 1);
            var scores = Array.ConvertAll(logits, PostProcessor.Sigmoid);
            var best = scores.Max() + 1e-6f;
            var expected = scores.Select((s, patch) => (patch, alpha: Math.Clamp((s - 0.1f * best) / (0.9f * best), 0, 1)))
                .Where(e => e.alpha > 0)
                .ToList();
            var actual = PostProcessor.RunGuided(logits, boxes, 0, 1, 1);
            Assert.Equal(expected.Select(e => e.patch), actual.Select(c => c.Patch));
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First.alpha, pair.Second.Score, 1e-5f));
            Assert.All(actual, c => Assert.Equal(0, c.Prompt));
        }
    }

    [Fact]
    public void The_last_filter_keeps_the_order_and_drops_nothing_the_second_time()
    {
        var random = new Random(9);
        for (var i = 0; i < Rounds; i++)
        {
            var candidates = Candidates(random, 30, prompts: 3);
            var kept = PredictionFilter.Run(candidates, 70, 70, 0.3f);
            Assert.Equal(candidates.Where(kept.Contains), kept);
            Assert.Equal(kept, PredictionFilter.Run(kept, 70, 70, 0.3f));
            Assert.All(kept, c => Assert.True(c.Box is { XMin: >= 0, YMin: >= 0, XMax: <= 70, YMax: <= 70 }));
        }
    }

    [Fact]
    public void The_last_filter_leaves_no_box_around_two_of_its_label()
    {
        var random = new Random(10);
        for (var i = 0; i < Rounds; i++)
        {
            var kept = PredictionFilter.Run(Candidates(random, 40, smallest: 2), 90, 90, 0.9f);
            foreach (var large in kept)
                Assert.True(kept.Count(c => c.Patch != large.Patch && c.Prompt == large.Prompt && large.Box.Contains(c.Box)) < 2);
        }
    }

    [Theory]
    [InlineData(90, 91, true)]
    [InlineData(90, 92, false)]
    [InlineData(82, 100, true)]
    [InlineData(83, 100, false)]
    public void The_last_filter_drops_what_covers_more_than_82_percent(int width, int height, bool isKept) =>
        Assert.Equal(
            isKept ? 1 : 0, PredictionFilter.Run([new Candidate(0, 0, 1, new BoundingBox(0, 0, width, height))], 100, 100, 0.3f).Count);

    private static List<Candidate> Candidates(Random random, int count, int prompts = 1, float smallest = 5)
    {
        var candidates = new List<Candidate>();
        for (var patch = 0; patch < count; patch++)
        {
            var (x, y) = (random.NextSingle() * 50, random.NextSingle() * 50);
            var box = new BoundingBox(x, y, x + smallest + random.NextSingle() * 30, y + smallest + random.NextSingle() * 30);
            candidates.Add(new Candidate(patch, random.Next(prompts), random.NextSingle(), box));
        }

        return candidates;
    }

    private static (float[] Logits, float[] Boxes) Output(Random random, int patches, int prompts) => (
        [.. Enumerable.Range(0, patches * prompts).Select(_ => random.NextSingle() * 8 - 4)],
        [.. Enumerable.Range(0, patches * 4).Select(i => random.NextSingle() * (i % 4 < 2 ? 1 : 0.4f) + 0.05f)]);
}
