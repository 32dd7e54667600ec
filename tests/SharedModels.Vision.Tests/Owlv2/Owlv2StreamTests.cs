using System.Runtime.CompilerServices;
using SharedModels.Vision.Imaging;

namespace SharedModels.Vision.Tests.Detection;

/// <summary>Tests videos: order, back pressure, cancellation, and errors of the source.</summary>
public sealed class Owlv2StreamTests : IAsyncLifetime, IDisposable
{
    private static readonly string Demo = TestFiles.InRepository("samples", "VisionApi", "demo-checkpoint");
    private static readonly string[] Prompts = ["a red circle", "something blue"];
    private static readonly RgbImage[] Images =
        [.. Enumerable.Range(1, 3).Select(i => TestFiles.Image(Path.Combine(Demo, "samples", $"sample{i}.png")))];

    private readonly Owlv2 _model = new(new Owlv2Options { Checkpoint = Demo, MaxDegreeOfParallelism = 1 });
    private int _taken;
    private bool _ended;

    public async Task InitializeAsync() => await _model.LoadAsync(default);

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _model.Dispose();

    [Fact]
    public async Task Results_come_in_the_order_of_the_frames()
    {
        RgbImage[] frames = [Images[2], Images[0], Images[1], Images[0]];
        var found = await _model.DetectAsync(Frames(frames), Prompts, 0.01f, 1).ToListAsync();
        Assert.Equal(4, found.Count);
        Assert.All(frames.Zip(found), pair => Assert.Equal(_model.Detect(pair.First, Prompts, 0.01f, 1), pair.Second));
        Assert.NotEqual(found[0], found[1]);
        Assert.True(_ended);
    }

    [Fact]
    public async Task A_video_without_frames_gives_nothing()
    {
        Assert.Empty(await _model.DetectAsync(Frames([]), Prompts).ToListAsync());
        Assert.True(_ended);
    }

    [Fact]
    public async Task No_frame_is_read_before_the_first_result_is_requested()
    {
        var stream = _model.DetectAsync(Frames(Images), Prompts);
        Assert.Equal(0, _taken);
        await using var results = stream.GetAsyncEnumerator();
        Assert.Equal(0, _taken);
        Assert.True(await results.MoveNextAsync());
        Assert.Equal(1, _taken);
    }

    [Fact]
    public async Task Leaving_early_ends_the_source()
    {
        await foreach (var found in _model.DetectAsync(Frames(Images), Prompts))
        {
            Assert.NotNull(found);
            break;
        }

        Assert.Equal(1, _taken);
        Assert.True(_ended);
        Assert.NotNull(_model.Detect(Images[0], Prompts));
    }

    [Fact]
    public async Task Between_two_frames_the_model_can_be_used_elsewhere()
    {
        var expected = _model.Detect(Images[0], Prompts);
        await foreach (var found in _model.DetectAsync(Frames([Images[0], Images[0]]), Prompts))
        {
            Assert.Equal(expected, found);
            Assert.NotNull(_model.Propose(Images[1]));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Canceling_in_the_middle_ends_the_stream_and_the_source(bool byArgument)
    {
        using var source = new CancellationTokenSource();
        var stream = _model.DetectAsync(Frames(Images), Prompts, cancellationToken: byArgument ? source.Token : default);
        var results = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var found in stream.WithCancellation(byArgument ? default : source.Token))
            {
                Assert.NotNull(found);
                results++;
                await source.CancelAsync();
            }
        });
        Assert.Equal(1, results);
        Assert.True(_ended);
        Assert.NotNull(_model.Detect(Images[0], Prompts));
    }

    [Fact]
    public async Task A_stream_canceled_before_it_begins_takes_no_frame()
    {
        var canceled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await _model.DetectAsync(Frames(Images), Prompts, cancellationToken: canceled).ToListAsync());
        Assert.Equal(0, _taken);
    }

    [Fact]
    public async Task An_error_of_the_source_comes_through_after_the_results_before_it()
    {
        var results = 0;
        var error = await Assert.ThrowsAsync<InvalidDataException>(async () =>
        {
            await foreach (var found in _model.DetectAsync(Broken(), Prompts))
                results += found.Count >= 0 ? 1 : 0;
        });
        Assert.Equal(("The video is broken.", 1), (error.Message, results));

        static async IAsyncEnumerable<RgbImage> Broken()
        {
            yield return Images[0];
            await Task.Yield();
            throw new InvalidDataException("The video is broken.");
        }
    }

    [Fact]
    public async Task A_frame_that_is_missing_is_an_error() =>
        await Assert.ThrowsAsync<ArgumentNullException>(
            "image", async () => await _model.DetectAsync(Frames([null!]), Prompts).ToListAsync());

    [Fact]
    public async Task A_stream_of_a_disposed_model_says_so()
    {
        var stream = _model.DetectAsync(Frames(Images), Prompts);
        _model.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await stream.ToListAsync());
        Assert.True(_ended);
    }

    [Fact]
    public async Task A_stream_can_be_read_twice()
    {
        var stream = _model.DetectAsync(Frames(Images), Prompts);
        var first = await stream.ToListAsync();
        Assert.Equal(first, await stream.ToListAsync());
        Assert.Equal(6, _taken);
    }

    private async IAsyncEnumerable<RgbImage> Frames(
        RgbImage[] images, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        try
        {
            foreach (var image in images)
            {
                cancellationToken.ThrowIfCancellationRequested();
                _taken++;
                yield return image;
                await Task.Yield();
            }
        }
        finally
        {
            _ended = true;
        }
    }
}
