using Microsoft.Extensions.Logging;
using SharedModels.Compute.Checkpoints.Hub;
using SharedModels.Tests.Bounded;

namespace SharedModels.Compute.Tests.Checkpoints.Hub;

/// <summary>Tests downloads from a hub that works correctly.</summary>
public sealed class HubDownloadTests : IDisposable
{
    private readonly HubFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task The_cache_has_the_layout_of_the_hub_and_only_the_files_that_are_needed()
    {
        Assert.Equal(_fixture.Snapshot, await _fixture.RunAsync());
        _fixture.AssertComplete();
        Assert.Equal(
            ["config.json", "model.safetensors", "tokenizer.json"],
            Directory.GetFiles(_fixture.Snapshot).Select(Path.GetFileName).Order());
        Assert.Equal(FakeHub.Commit, await File.ReadAllTextAsync(Path.Combine(_fixture.Root, "refs", "main")));
        var link = new FileInfo(Path.Combine(_fixture.Snapshot, "model.safetensors"));
        Assert.Equal(Path.Combine("..", "..", "blobs", Path.GetFileName(_fixture.WeightsBlob)), link.LinkTarget);
        Assert.Equal(3, Directory.GetFiles(Path.Combine(_fixture.Root, "blobs")).Length);
        Assert.DoesNotContain(_fixture.Hub.Requests, static request => request.File == "pytorch_model.bin");
    }

    [Fact]
    public async Task Alternatives_are_downloaded_completely_and_optional_files_if_they_exist()
    {
        _fixture.Hub.Files["vocab.json"] = "{}"u8.ToArray();
        _fixture.Hub.Files["merges.txt"] = "a b"u8.ToArray();
        _fixture.Hub.Files["extra.json"] = "[]"u8.ToArray();
        await _fixture.RunAsync();
        Assert.Equal(
            ["config.json", "extra.json", "merges.txt", "model.safetensors", "vocab.json"],
            Directory.GetFiles(_fixture.Snapshot).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task The_parts_that_the_index_lists_are_downloaded()
    {
        _fixture.Hub.Files.Remove("model.safetensors");
        _fixture.Hub.Files["model.safetensors.index.json"] =
            """{"weight_map":{"a":"one.safetensors","b":"two.safetensors","c":"one.safetensors"}}"""u8.ToArray();
        _fixture.Hub.Files["one.safetensors"] = HubFixture.Weights(1000);
        _fixture.Hub.Files["two.safetensors"] = HubFixture.Weights(2000);
        _fixture.Hub.Files["three.safetensors"] = HubFixture.Weights(3000);
        await _fixture.RunAsync();
        _fixture.AssertComplete();
        Assert.Equal(5, Directory.GetFiles(_fixture.Snapshot).Length);
        Assert.Equal(_fixture.Progress[^1].TotalBytes, _fixture.Progress[^1].DoneBytes);
    }

    [Theory]
    [InlineData("v1.0")]
    [InlineData(FakeHub.Commit)]
    public async Task The_requested_revision_is_downloaded(string revision)
    {
        await _fixture.RunAsync($"acme/owl@{revision}");
        _fixture.AssertComplete();
        Assert.Equal(revision == "v1.0", File.Exists(Path.Combine(_fixture.Root, "refs", "v1.0")));
        Assert.False(File.Exists(Path.Combine(_fixture.Root, "refs", FakeHub.Commit)));
    }

    [Fact]
    public async Task All_files_come_from_one_commit()
    {
        await _fixture.RunAsync();
        Assert.Single(_fixture.Hub.Requests, static request => request.Path.Contains("/resolve/main/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Progress_goes_from_zero_to_the_total()
    {
        await _fixture.RunAsync();
        var total = _fixture.Hub.Files.Where(static file => file.Key != "pytorch_model.bin").Sum(static file => (long)file.Value.Length);
        Assert.Equal(new(0, total), _fixture.Progress[0]);
        Assert.Equal(new(total, total), _fixture.Progress[^1]);
        Assert.True(_fixture.Progress.Count > 10);
        Assert.Equal(_fixture.Progress.OrderBy(static report => report.DoneBytes), _fixture.Progress);
    }

    [Fact]
    public async Task The_log_reports_progress_but_not_continuously()
    {
        _fixture.OnWeights((_, _) =>
        {
            _fixture.Time.Advance(TimeSpan.FromSeconds(6));
            return null;
        });
        await _fixture.RunAsync();
        var lines = _fixture.Log.GetSnapshot();
        Assert.Equal([1, 2, 3], lines.Select(static line => line.Id.Id));
        Assert.Contains(" of 3.1 MB", lines[1].Message, StringComparison.Ordinal);
        Assert.Contains(FakeHub.Commit, lines[2].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_is_sent_to_the_hub_and_not_to_the_redirect_target()
    {
        using var storage = new FakeHub { Repository = "storage" };
        storage.Script = (_, _) => new(200, _fixture.Hub.Files["model.safetensors"]);
        _fixture.OnWeights((_, _) => FakeAnswer.Redirect($"{storage.Address}/storage?signature=secret"));
        await _fixture.RunAsync(token: "hf_secret");
        _fixture.AssertComplete();
        Assert.All(_fixture.Hub.Requests, static request => Assert.Equal("Bearer hf_secret", request.Header("Authorization")));
        Assert.Null(Assert.Single(storage.Requests).Header("Authorization"));
        Assert.All(_fixture.Log.GetSnapshot(), static line => Assert.DoesNotContain("secret", line.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_redirect_of_a_large_file_has_its_metadata()
    {
        using var storage = new FakeHub { Repository = "storage" };
        _fixture.Hub.Script = (request, _) =>
        {
            if (request.File != "model.safetensors")
                return null;
            var usual = _fixture.Hub.Answer(request);
            var redirect = FakeAnswer.Redirect($"{storage.Address}/storage");
            foreach (var (name, value) in usual.Headers)
                redirect.Headers.TryAdd(name, value);
            return redirect;
        };
        var weights = _fixture.Hub.Files["model.safetensors"];
        storage.Script = (_, _) => new(200, weights) { Headers = { ["ETag"] = "\"of the storage\"" } };
        await _fixture.RunAsync();
        _fixture.AssertComplete();
        Assert.Equal("GET", Assert.Single(storage.Requests).Method);
    }

    [Fact]
    public async Task A_repository_that_has_moved_is_found()
    {
        _fixture.Hub.Repository = "acme/owl-2";
        _fixture.Hub.Script = (request, _) => request.Path.StartsWith("/acme/owl/", StringComparison.Ordinal)
            ? FakeAnswer.Redirect(request.Target.Replace("/acme/owl/", "/acme/owl-2/", StringComparison.Ordinal), 307)
            : null;
        await _fixture.RunAsync();
        _fixture.AssertComplete();
    }

    [Fact]
    public async Task A_second_download_does_not_download_files_again()
    {
        await _fixture.RunAsync();
        var before = _fixture.Hub.Gets.Count();
        await _fixture.RunAsync();
        Assert.Equal(before, _fixture.Hub.Gets.Count());
        Assert.Equal(_fixture.Progress[^1].TotalBytes, _fixture.Progress[^1].DoneBytes);
    }

    [Fact]
    public async Task A_broken_link_is_replaced()
    {
        await _fixture.RunAsync();
        File.Delete(_fixture.WeightsBlob);
        Assert.False(HubFixture.Layout.IsComplete(_fixture.Snapshot));
        await _fixture.RunAsync();
        _fixture.AssertComplete();
    }

    [Fact]
    public async Task Two_concurrent_downloads_do_not_interfere()
    {
        var release = new TaskCompletionSource();
        _fixture.OnWeights((request, number) => number == 1
            ? _fixture.Hub.Answer(request) with { HangAfter = (1 << 20, release.Task) }
            : null);
        var first = _fixture.RunAsync();
        await Condition.UntilAsync(() => File.Exists(_fixture.Partial) && new FileInfo(_fixture.Partial).Length > 0);
        var second = _fixture.RunAsync();
        await Condition.UntilAsync(() => _fixture.Log.GetSnapshot().Any(static line => line.Id.Id == 5));
        release.SetResult();
        await Task.WhenAll(first, second).WaitAsync(TestBound.Wait);
        _fixture.AssertComplete();
        Assert.Equal(2, _fixture.Hub.Gets.Count(static request => request.File == "model.safetensors"));
        Assert.Equal(1 << 20, _fixture.Hub.Gets.Last(static request => request.File == "model.safetensors").RangeBegin);
    }

    [Fact]
    public async Task A_snapshot_contains_the_files_themselves_if_links_cannot_be_created()
    {
        using var fixture = new HubFixture { Files = new NoLinks() };
        await fixture.RunAsync();
        fixture.AssertComplete();
        Assert.Null(new FileInfo(Path.Combine(fixture.Snapshot, "model.safetensors")).LinkTarget);
        Assert.Equal(3, Directory.GetFiles(fixture.Snapshot).Length);
        Assert.Contains(fixture.Log.GetSnapshot(), static line => line.Id.Id == 7);
    }

    [Fact]
    public async Task Nothing_is_logged_above_information()
    {
        await _fixture.RunAsync();
        Assert.All(_fixture.Log.GetSnapshot(), static line => Assert.Equal(LogLevel.Information, line.Level));
    }

    private sealed class NoLinks : HubFiles
    {
        public override void CreateLink(string path, string target) => throw new UnauthorizedAccessException("A privilege is missing.");
    }
}
