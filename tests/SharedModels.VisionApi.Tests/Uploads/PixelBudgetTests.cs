using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using SharedModels.Configuration;
using SharedModels.Vision.Imaging;
using VisionApi;
using VisionApi.Uploads;

namespace SharedModels.VisionApi.Tests.Uploads;

public sealed class PixelBudgetTests
{
    [Fact]
    public async Task A_wait_for_room_times_out_like_a_wait_for_a_model_and_takes_no_room()
    {
        var time = new FakeTimeProvider();
        using var budget = new PixelBudget(
            new ImageDecoder(),
            Options.Create(new ImageDecoderOptions()),
            Options.Create(new VisionApiOptions { MaxPixelsInMemory = 1 }),
            Options.Create(new SharedModelsOptions()),
            time);
        ReadOnlyMemory<byte>[] image = [await File.ReadAllBytesAsync(TestFiles.Sample("sample4.png"))];
        var room = await budget.ReserveAsync(image, CancellationToken.None);
        var late = budget.ReserveAsync(image, CancellationToken.None).AsTask();
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(late.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Contains(
            "VisionApi:MaxPixelsInMemory", (await Assert.ThrowsAsync<LeaseTimeoutException>(() => late)).Message, StringComparison.Ordinal);
        room!.Dispose();
        Assert.NotNull(await budget.ReserveAsync(image, CancellationToken.None));
    }
}
