using SharedModels.Vision.Network;
using SharedModels.Vision.Postprocessing;

namespace SharedModels.Vision.Tests.Postprocessing;

public sealed class PostProcessorTests
{
    private static readonly float[] Center = [0.5f, 0.5f, 0.5f, 0.5f];

    [Fact]
    public void A_score_must_exceed_the_threshold()
    {
        Assert.Empty(Postprocess.Run([0], Center, 1, 0.5f, 1, 1));
        Assert.Single(Postprocess.Run([0], Center, 1, 0.499f, 1, 1));
    }

    [Fact]
    public void The_first_of_equally_good_prompts_wins() =>
        Assert.Equal(1, Assert.Single(Postprocess.Run([1, 3, 3, 2], Center, 4, 0.1f, 1, 1)).Prompt);

    [Fact]
    public void Slices_of_prompts_give_what_all_prompts_give()
    {
        var best = new BestPrompts(2);
        best.Add([-3, -2, -9, -9], 2);
        best.Add([-2, 5], 1);
        best.Add([-4, -4, 5, 4], 2);
        Assert.Equal([-2f, 5f], best.Logits);
        Assert.Equal([1, 2], best.Prompts);
    }

    [Fact]
    public void Boxes_are_corners_times_the_longer_side() =>
        Assert.Equal(new BoundingBox(50, 50, 150, 150), Assert.Single(Postprocess.Run([3], Center, 1, 0.1f, 1, 200)).Box);

    [Fact]
    public void A_guided_score_is_relative_to_the_best()
    {
        var found = PostProcessor.RunGuided([0, -2, -6], [.. Center, .. Center, .. Center], 0, 1, 1);
        Assert.Equal(2, found.Count);
        Assert.Equal(1, found[0].Score, 1e-5f);
        Assert.Equal((PostProcessor.Sigmoid(-2) - 0.05f) / 0.45f, found[1].Score, 1e-5f);
    }

    [Fact]
    public void Nothing_above_the_threshold_gives_nothing() =>
        Assert.Empty(PostProcessor.RunGuided([0, -2], [.. Center, .. Center], 0.9f, 1, 1));

    [Fact]
    public void Suppression_keeps_a_set_without_overlaps_that_overlaps_all_the_rest()
    {
        var random = new Random(4);
        for (var i = 0; i < 50; i++)
        {
            var candidates = Candidates(random, 60);
            var kept = NonMaximumSuppression.Run(candidates, 0.3f);
            Assert.Equal(kept.OrderBy(c => c.Patch), kept);
            foreach (var one in kept)
                Assert.DoesNotContain(kept, other => other.Patch != one.Patch && one.Box.IntersectionOverUnion(other.Box) > 0.3f);
            foreach (var dropped in candidates.Except(kept))
                Assert.Contains(kept, better => better.Score >= dropped.Score && better.Box.IntersectionOverUnion(dropped.Box) > 0.3f);
            Assert.Equal(kept, NonMaximumSuppression.Run(kept, 0.3f));
        }
    }

    [Fact]
    public void Suppression_and_threshold_can_run_in_either_order()
    {
        var random = new Random(6);
        for (var i = 0; i < 50; i++)
        {
            var candidates = Candidates(random, 40);
            var late = NonMaximumSuppression.Run(candidates, 0.4f).Where(c => c.Score > 0.5f);
            Assert.Equal(late, NonMaximumSuppression.Run([.. candidates.Where(c => c.Score > 0.5f)], 0.4f));
        }
    }

    [Fact]
    public void Suppression_from_1_keeps_everything()
    {
        var candidates = Candidates(new Random(1), 20);
        Assert.Equal(candidates, NonMaximumSuppression.Run([.. candidates, .. candidates], 1)[..20]);
    }

    [Fact]
    public void The_filter_drops_boxes_that_extend_beyond_the_image_or_cover_most_of_it()
    {
        Candidate[] all = [At(0, 0, 0, 10, 10), At(1, -0.1f, 20, 10, 30), At(2, 90, 90, 100.1f, 99), At(3, 0, 0, 91, 91), At(4, 50,
            50, 60, 50), At(5, 0, 20, 90, 99)];
        Assert.Equal([0, 5], PredictionFilter.Run([.. all], 100, 100, 0.3f).Select(c => c.Patch));
    }

    [Fact]
    public void The_filter_keeps_the_first_of_overlapping_boxes()
    {
        Candidate[] all = [At(0, 0, 0, 10, 10, score: 0.2f), At(1, 0, 0, 10, 11, score: 0.9f)];
        Assert.Equal([0], PredictionFilter.Run([.. all], 100, 100, 0.3f).Select(c => c.Patch));
    }

    [Fact]
    public void The_filter_drops_a_box_around_two_others_of_its_label()
    {
        Candidate[] group = [At(0, 0, 0, 50, 50), At(1, 1, 1, 10, 10), At(2, 20, 20, 30, 30)];
        Assert.Equal([1, 2], PredictionFilter.Run([.. group], 100, 100, 0.3f).Select(c => c.Patch));
        Candidate[] otherLabel = [At(0, 0, 0, 50, 50), At(1, 1, 1, 10, 10), At(2, 20, 20, 30, 30, prompt: 1)];
        Assert.Equal([0, 1, 2], PredictionFilter.Run([.. otherLabel], 100, 100, 0.3f).Select(c => c.Patch));
    }

    [Fact]
    public void The_example_is_the_least_average_patch_that_covers_the_image()
    {
        // Patches 0 and 1 cover the whole image, but patch 2 does not. The mean of the embeddings is (1, 1).
        float[] boxes = [0.5f, 0.5f, 1, 1, 0.5f, 0.5f, 0.95f, 0.95f, 0.5f, 0.5f, 0.3f, 0.3f];
        Assert.Equal(1, ExampleQuery.Choose(boxes, [3, 3, 1, 1, -1, -1]));
        Assert.Equal(0, ExampleQuery.Choose(boxes, [-1, -1, 1, 1, 3, 3]));
    }

    [Fact]
    public void Boxes_without_area_are_compared_by_their_distance()
    {
        // Areas of 0 overlap nothing. The generalized overlap is best for the box inside, and only that box remains.
        float[] boxes = [0.5f, 0.5f, 0, 0, 3, 3, 0, 0, 0.5f, 0.5f, 0, 0.5f];
        Assert.Equal(2, ExampleQuery.Choose(boxes, [9, 9, -9, -9, 1, 1]));
    }

    [Fact]
    public void Overlap_of_boxes_is_symmetric_and_between_0_and_1()
    {
        var random = new Random(8);
        foreach (var pair in Candidates(random, 200).Chunk(2))
        {
            var overlap = pair[0].Box.IntersectionOverUnion(pair[1].Box);
            Assert.InRange(overlap, 0, 1);
            Assert.Equal(overlap, pair[1].Box.IntersectionOverUnion(pair[0].Box));
            Assert.Equal(1, pair[0].Box.IntersectionOverUnion(pair[0].Box), 1e-6f);
        }
    }

    [Fact]
    public void Boxes_that_only_touch_do_not_overlap() =>
        Assert.Equal(0, new BoundingBox(0, 0, 1, 1).IntersectionOverUnion(new BoundingBox(1, 0, 2, 1)));

    private static Candidate At(int patch, float x0, float y0, float x1, float y1, int prompt = 0, float score = 0.5f) =>
        new(patch, prompt, score, new BoundingBox(x0, y0, x1, y1));

    private static List<Candidate> Candidates(Random random, int count)
    {
        var candidates = new List<Candidate>();
        for (var patch = 0; patch < count; patch++)
        {
            var (x, y) = (random.NextSingle() * 50, random.NextSingle() * 50);
            candidates.Add(new Candidate(patch, 0, random.NextSingle(), new BoundingBox(x, y, x + 5 + random.NextSingle() * 30,
                y + 5 + random.NextSingle() * 30)));
        }

        return candidates;
    }
}
