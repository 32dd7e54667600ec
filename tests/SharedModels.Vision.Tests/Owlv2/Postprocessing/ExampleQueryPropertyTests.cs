using SharedModels.Vision.Network;
using SharedModels.Vision.Postprocessing;

namespace SharedModels.Vision.Tests.Postprocessing;

/// <summary>
/// Compares the choice of the example's patch with its definition, including the generalized overlap if no boxes overlap.
/// </summary>
public sealed class ExampleQueryPropertyTests
{
    private const int Width = 5;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Any_boxes_and_embeddings_give_the_patch_of_the_definition(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 100; i++)
        {
            var patches = random.Next(1, 30);
            float[] boxes = [.. Enumerable.Range(0, patches).SelectMany(_ => RandomBox(random))];
            var embeddings = RandomEmbeddings(random, patches);
            Assert.Equal(Choose(boxes, embeddings), ExampleQuery.Choose(boxes, embeddings));
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void Boxes_outside_the_image_are_compared_by_their_distance(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 100; i++)
        {
            // All boxes are to the right of the image, so that none overlaps it.
            var patches = random.Next(1, 20);
            float[] boxes = [.. Enumerable.Range(0, patches).SelectMany(_ =>
                new[] { 2 + random.NextSingle(), random.NextSingle(), 0.1f + random.NextSingle(), 0.1f + random.NextSingle() })];
            var embeddings = RandomEmbeddings(random, patches);
            Assert.All(boxes.Chunk(4), box => Assert.Equal(0, Overlap(box)));
            Assert.Equal(Choose(boxes, embeddings), ExampleQuery.Choose(boxes, embeddings));
        }
    }

    [Fact]
    public void A_single_patch_is_always_chosen()
    {
        Assert.Equal(0, ExampleQuery.Choose([0.5f, 0.5f, 1, 1], [1, 2]));
        Assert.Equal(0, ExampleQuery.Choose([9, 9, 0, 0], [0, 0]));
        Assert.Equal(0, ExampleQuery.Choose([9, 9, 1, 1], [-1, -2]));
    }

    [Fact]
    public void Only_the_nearest_box_outside_the_image_is_chosen()
    {
        // The second box is far away, although it would be the least similar to the mean.
        Assert.Equal(0, ExampleQuery.Choose([1.6f, 0.5f, 1, 1, 90, 0.5f, 1, 1, 90, 0.5f, 1, 1], [5, 5, -9, -9, 1, 1]));
    }

    [Fact]
    public void The_size_of_all_embeddings_does_not_matter()
    {
        var random = new Random(6);
        for (var i = 0; i < 50; i++)
        {
            float[] boxes = [.. Enumerable.Range(0, 15).SelectMany(_ => RandomBox(random))];
            var embeddings = RandomEmbeddings(random, 15);
            Assert.Equal(ExampleQuery.Choose(boxes, embeddings), ExampleQuery.Choose(boxes, Array.ConvertAll(embeddings, e => e * 8)));
        }
    }

    private static float[] RandomBox(Random random) =>
        [0.3f + 0.4f * random.NextSingle(), 0.3f + 0.4f * random.NextSingle(), 0.5f + random.NextSingle(), 0.5f + random.NextSingle()];

    private static float[] RandomEmbeddings(Random random, int patches) =>
        [.. Enumerable.Range(0, patches * Width).Select(_ => random.NextSingle() * 2 - 1)];

    private static int Choose(float[] boxes, float[] embeddings)
    {
        var fits = boxes.Chunk(4).Select(Overlap).ToArray();
        if (Array.TrueForAll(fits, fit => fit == 0))
            fits = [.. boxes.Chunk(4).Select(box => Overlap(box) - Gap(box))];
        var rows = embeddings.Chunk(Width).ToArray();
        var mean = Enumerable.Range(0, Width).Select(i => rows.Average(row => (double)row[i])).ToArray();
        var least = Math.Min(0.8 * fits.Max(), fits.Max());
        return Enumerable.Range(0, fits.Length).Where(i => fits[i] >= least - 1e-7)
            .MinBy(i => rows[i].Zip(mean, (a, b) => a * b).Sum());
    }

    private static (double Shared, double Union, double Hull) Areas(float[] box)
    {
        double x0 = box[0] - box[2] / 2, y0 = box[1] - box[3] / 2, x1 = box[0] + box[2] / 2, y1 = box[1] + box[3] / 2;
        var shared = Math.Max(0, Math.Min(x1, 1) - Math.Max(x0, 0)) * Math.Max(0, Math.Min(y1, 1) - Math.Max(y0, 0));
        var hull = (Math.Max(x1, 1) - Math.Min(x0, 0)) * (Math.Max(y1, 1) - Math.Min(y0, 0));
        return (shared, 1 + (x1 - x0) * (y1 - y0) - shared, hull);
    }

    private static double Overlap(float[] box) => Areas(box).Shared / Areas(box).Union;

    private static double Gap(float[] box) => (Areas(box).Hull - Areas(box).Union) / Areas(box).Hull;
}
