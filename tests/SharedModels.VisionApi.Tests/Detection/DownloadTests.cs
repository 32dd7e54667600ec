using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using SharedModels.Compute.Tests.Checkpoints.Hub;
using SharedModels.Tests.Bounded;
using SharedModels.Tests.Browsing;

namespace SharedModels.VisionApi.Tests.Detection;

/// <summary>The sample with a checkpoint of the hub: settings are enough to download it, and the page shows the progress.</summary>
[LongRunning(minutes: 4)]
public sealed class DownloadTests : IDisposable
{
    private const string Section = "SharedModels:Models:owlv2";

    private readonly FakeHub _hub = new();
    private readonly string _cache = Directory.CreateTempSubdirectory("visionapi-").FullName;

    public DownloadTests()
    {
        foreach (var file in Directory.GetFiles(TestFiles.Checkpoint))
            _hub.Files[Path.GetFileName(file)] = File.ReadAllBytes(file);
    }

    public void Dispose()
    {
        _hub.Dispose();
        Directory.Delete(_cache, recursive: true);
    }

    [Fact]
    public async Task A_checkpoint_is_downloaded_with_its_progress_in_the_snapshot()
    {
        var release = new TaskCompletionSource();
        _hub.Script = (request, _) => request is { Method: "GET", File: "model.safetensors" }
            ? _hub.Answer(request) with { HangAfter = (100_000, release.Task) }
            : null;
        await using var factory = NewFactory();
        using var client = factory.CreateClient();
        var load = factory.Manager.PreloadAsync("owlv2").AsTask();
        var total = 0L;
        await Condition.UntilAsync(() =>
        {
            var progress = factory.Manager.GetSnapshot().Models.Single(static model => model.Id == "owlv2").LoadProgress;
            total = progress?.TotalBytes ?? 0;
            return progress?.DoneBytes > 100_000;
        });
        using var models = await client.GetAsync("/v1/models");
        Assert.Contains($"\"total\":{total}", await models.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        _hub.Script = static (_, _) => null;
        release.SetResult();
        await load.WaitAsync(TestBound.Wait);
        Assert.Null(factory.Manager.GetSnapshot().Models.Single(static model => model.Id == "owlv2").LoadProgress);
        await client.PostOkAsync("/v1/detect", new Form().Picture(TestFiles.Sample("sample4.png")).Text("prompts", "a star"));
        Assert.Contains(
            factory.Log.GetSnapshot(), static line => line.Message.StartsWith("Downloaded 'acme/owl'", StringComparison.Ordinal));
    }

    [BrowserFact]
    public async Task The_pages_show_the_progress_of_a_download_until_it_ends()
    {
        var release = new TaskCompletionSource();
        _hub.Script = (request, _) => request is { Method: "GET", File: "model.safetensors" }
            ? _hub.Answer(request) with { HangAfter = (100_000, release.Task) }
            : null;
        await using var factory = NewFactory();
        var address = factory.Listen();
        await using var live = await Chromium.VisitAsync(new Uri(address, "/models"));
        await using var sample = await Chromium.VisitAsync(address);
        var (row, box) = (live.Page.Locator("#models"), sample.Page.Locator("#models .box").First);
        await Assertions.Expect(box).ToContainTextAsync("not loaded");

        var load = factory.Manager.PreloadAsync("owlv2").AsTask();

        var progress = new Regex(@"[1-9]\d? % of \d", RegexOptions.None, TestBound.Wait);
        await Assertions.Expect(row).ToContainTextAsync(progress);
        await Assertions.Expect(box).ToContainTextAsync(progress);
        await live.SaveScreenshotAsync("download-live");
        await sample.SaveScreenshotAsync("download-sample");

        _hub.Script = static (_, _) => null;
        release.SetResult();
        await load.WaitAsync(TestBound.Wait);
        foreach (var place in (ILocator[])[row, box])
        {
            await Assertions.Expect(place).ToContainTextAsync("on the device", new() { IgnoreCase = true });
            await Assertions.Expect(place).Not.ToContainTextAsync("% of");
        }

        Assert.Empty(live.Complaints);
        Assert.Empty(sample.Complaints);
    }

    [Fact]
    public async Task A_download_goes_through_the_proxy_of_the_environment()
    {
        var start = new ProcessStartInfo("dotnet", [
            typeof(Program).Assembly.Location, "--urls=http://127.0.0.1:0",
            $"--{Section}:Checkpoint=acme/owl", $"--{Section}:AllowDownload=true",
            $"--{Section}:HubEndpoint=http://hub.invalid", $"--{Section}:HubCacheFolder={_cache}"])
        {
            UseShellExecute = false, WorkingDirectory = Path.GetTempPath(), RedirectStandardError = true, RedirectStandardOutput = true,
            Environment = { ["HTTP_PROXY"] = _hub.Address, ["http_proxy"] = _hub.Address, ["NO_PROXY"] = "", ["no_proxy"] = "" },
        };
        using var process = Process.Start(start)!;
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            var reference = Path.Combine(_cache, "models--acme--owl", "refs", "main");
            await Condition.UntilAsync(() => File.Exists(reference) || process.HasExited);
            Assert.True(File.Exists(reference), process.HasExited ? await output + await error : "There is no reference.");
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        Assert.All(
            _hub.Requests,
            static request => Assert.StartsWith("http://hub.invalid/acme/owl/", request.Target, StringComparison.Ordinal));
    }

    private VisionApiFactory NewFactory() => new()
    {
        Settings =
        {
            [$"{Section}:Checkpoint"] = "acme/owl",
            [$"{Section}:AllowDownload"] = "true",
            [$"{Section}:HubEndpoint"] = _hub.Address,
            [$"{Section}:HubCacheFolder"] = _cache,
            [$"{Section}:Preload"] = "false",
        },
    };
}
