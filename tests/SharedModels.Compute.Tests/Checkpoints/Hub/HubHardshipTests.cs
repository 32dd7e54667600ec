using SharedModels.Compute.Checkpoints;
using SharedModels.Compute.Checkpoints.Hub;
using SharedModels.Tests.Bounded;

namespace SharedModels.Compute.Tests.Checkpoints.Hub;

/// <summary>
/// Tests failing hubs, connections and disks. A download continues where it stopped, and wrong content never gets into a snapshot.
/// </summary>
public sealed class HubHardshipTests : IDisposable
{
    private readonly HubFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_broken_download_is_resumed_where_it_stopped()
    {
        _fixture.OnWeights((request, number) => number <= 3 ? _fixture.Hub.Answer(request) with { BreakAfter = 500_000 } : null);
        await _fixture.RunAsync();
        _fixture.AssertComplete();
        var begins = _fixture.Hub.Gets
            .Where(static request => request.File == "model.safetensors")
            .Select(static request => request.RangeBegin)
            .ToList();

        Assert.Equal([null, 500_000, 1_000_000, 1_500_000], begins);

        // The third attempt got past the first MiB, so the delays start again.
        Assert.Equal([1, 2, 1], _fixture.Time.Pauses.Select(static pause => pause.TotalSeconds));
    }

    [Fact]
    public async Task A_download_that_was_canceled_is_resumed_by_the_next_one()
    {
        using var stop = new CancellationTokenSource();
        _fixture.OnWeights((request, number) =>
            number == 1 ? _fixture.Hub.Answer(request) with { HangAfter = (2_000_000, Task.Delay(Timeout.Infinite)) } : null);
        var run = _fixture.RunAsync(cancellationToken: stop.Token);
        await Condition.UntilAsync(() => File.Exists(_fixture.Partial) && new FileInfo(_fixture.Partial).Length == 2_000_000);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        _fixture.AssertNothingLanded();
        _fixture.Progress.Clear();
        await _fixture.RunAsync();
        _fixture.AssertComplete();
        Assert.Equal(2_000_000, _fixture.Hub.Gets.Last(static request => request.File == "model.safetensors").RangeBegin);
        Assert.Equal(_fixture.Progress[^1].TotalBytes, _fixture.Progress[^1].DoneBytes);
    }

    [Fact]
    public async Task A_connection_that_stops_sending_counts_as_broken()
    {
        _fixture.Time.IsImpatient = true;
        _fixture.OnWeights((request, number) =>
            number == 1 ? _fixture.Hub.Answer(request) with { HangAfter = (1000, Task.Delay(Timeout.Infinite)) } : null);
        await _fixture.RunAsync();
        _fixture.AssertComplete();
        Assert.Contains(_fixture.Log.GetSnapshot(), static line => line.Message.Contains("for 60 s", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_hub_that_ignores_ranges_sends_the_file_again()
    {
        _fixture.OnWeights((request, number) => number == 1
            ? _fixture.Hub.Answer(request) with { BreakAfter = 500_000 }
            : new(200, _fixture.Hub.Files["model.safetensors"]));
        await _fixture.RunAsync();
        _fixture.AssertComplete();
        Assert.Equal(_fixture.Progress[^1].TotalBytes, _fixture.Progress[^1].DoneBytes);
    }

    [Fact]
    public async Task A_hub_that_sends_another_range_is_asked_for_the_whole_file()
    {
        _fixture.OnWeights((request, number) => number switch
        {
            1 => _fixture.Hub.Answer(request) with { BreakAfter = 500_000 },
            2 => new(206, new byte[100]) { Headers = { ["Content-Range"] = $"bytes 5-104/{3 << 20}" } },
            _ => null,
        });
        await _fixture.RunAsync();
        _fixture.AssertComplete();
    }

    [Fact]
    public async Task A_small_file_is_resumed_only_if_it_is_the_same()
    {
        var blob = Path.Combine(_fixture.Root, "blobs", FakeHub.EtagOf(_fixture.Hub.Files["tokenizer.json"]));
        Directory.CreateDirectory(Path.GetDirectoryName(blob)!);
        await File.WriteAllTextAsync(blob + ".sharedmodels.incomplete", """{"mod""");
        await _fixture.RunAsync();
        _fixture.AssertComplete();
        var get = Assert.Single(_fixture.Hub.Gets, static request => request.File == "tokenizer.json");
        Assert.Equal((5L, $"\"{Path.GetFileName(blob)}\""), (get.RangeBegin, get.Header("If-Range")));
    }

    [Fact]
    public async Task A_wrong_beginning_of_an_earlier_download_is_detected()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_fixture.Partial)!);
        await File.WriteAllBytesAsync(_fixture.Partial, new byte[1_000_000]);
        await _fixture.RunAsync();
        _fixture.AssertComplete();
        Assert.Contains(_fixture.Log.GetSnapshot(), static line => line.Id.Id == 6);
    }

    [Theory]
    [InlineData(3 << 20)]
    [InlineData((3 << 20) + 5)]
    public async Task A_whole_or_longer_file_of_an_earlier_download_is_checked(int length)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_fixture.Partial)!);
        await File.WriteAllBytesAsync(_fixture.Partial, new byte[length]);
        await _fixture.RunAsync();
        _fixture.AssertComplete();
    }

    [Fact]
    public async Task Wrong_bytes_never_get_into_a_snapshot()
    {
        _fixture.OnWeights((_, _) => new(200, new byte[3 << 20]));
        Assert.Contains("does not match the SHA-256", await _fixture.FailAsync(), StringComparison.Ordinal);
        _fixture.AssertNothingLanded();
        Assert.Equal(2, _fixture.Hub.Gets.Count(static request => request.File == "model.safetensors"));
        Assert.Equal(0, new FileInfo(_fixture.Partial).Length);
    }

    [Fact]
    public async Task Wrong_bytes_of_a_small_file_never_get_into_a_snapshot()
    {
        _fixture.Hub.Script = static (request, _) => request is { Method: "GET", File: "config.json" } ? new(200, "[]"u8.ToArray()) : null;
        Assert.Contains("content of 'config.json' of 'acme/owl'", await _fixture.FailAsync(), StringComparison.Ordinal);
        Assert.Contains("does not match the SHA-1", await _fixture.FailAsync(), StringComparison.Ordinal);
        _fixture.AssertNothingLanded();
        Assert.Empty(Directory.GetFiles(Path.Combine(_fixture.Root, "blobs"), FakeHub.EtagOf("{}"u8.ToArray())));
    }

    [Fact]
    public void A_small_file_is_named_by_its_git_hash() =>
        Assert.Equal("9e26dfeeb6e641a33dae4961196235bdb965b21b", FakeHub.EtagOf("{}"u8.ToArray()));

    [Theory]
    [InlineData("9e26dfeeb6e641a33dae4961196235bdb965b21b")]
    [InlineData("a-mirror-of-ones-own")]
    public async Task Weights_without_a_sha256_are_rejected(string etag)
    {
        _fixture.Hub.Etags["model.safetensors"] = etag;
        var message = await _fixture.FailAsync();
        Assert.Contains("does not report the SHA-256", message, StringComparison.Ordinal);
        Assert.Contains("HF_ENDPOINT", message, StringComparison.Ordinal);
        Assert.Empty(_fixture.Hub.Gets);
    }

    [Fact]
    public async Task A_file_without_a_size_is_rejected()
    {
        _fixture.Hub.Script = (request, _) =>
        {
            if (request.File != "model.safetensors")
                return null;
            var answer = _fixture.Hub.Answer(request) with { Status = 302 };
            answer.Headers.Remove("X-Linked-Size");
            answer.Headers["Location"] = "/storage";
            return answer;
        };
        Assert.Contains("does not report the size", await _fixture.FailAsync(), StringComparison.Ordinal);
        Assert.Empty(_fixture.Hub.Gets);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task A_file_of_another_size_never_gets_into_a_snapshot(int difference)
    {
        _fixture.Hub.Sizes["model.safetensors"] = (3 << 20) + difference;
        var message = await _fixture.FailAsync();
        Assert.Contains("could not be downloaded in 5 attempts", message, StringComparison.Ordinal);
        Assert.Contains("model.safetensors", message, StringComparison.Ordinal);
        _fixture.AssertNothingLanded();
    }

    [Fact]
    public async Task A_wrong_length_in_a_response_does_not_change_the_file()
    {
        _fixture.OnWeights((request, _) => _fixture.Hub.Answer(request) with { Length = 9_000_000 });
        await _fixture.RunAsync();
        _fixture.AssertComplete();
        Assert.Single(_fixture.Time.Pauses);
    }

    [Theory]
    [InlineData(401, null, null, "responded with 401 for 'acme/owl': the repository does not exist")]
    [InlineData(401, null, null, "or is not public. Check the name, and set HubToken or HF_TOKEN.")]
    [InlineData(401, null, "hf_secret", "the token in HubToken or HF_TOKEN")]
    [InlineData(403, null, null, "responded with 403")]
    [InlineData(403, "GatedRepo", null, "Accept its terms at ")]
    [InlineData(404, "RepoNotFound", null, "Check the name.")]
    [InlineData(404, "RevisionNotFound", null, "has no revision 'main'")]
    [InlineData(404, null, null, "does not contain 'config.json'")]
    [InlineData(418, null, null, "responded with 418")]
    public async Task A_permanent_error_is_reported_immediately(int status, string? code, string? token, string expected)
    {
        _fixture.Hub.Script = (_, _) => code is null ? new(status) : new(status) { Headers = { ["X-Error-Code"] = code } };
        var message = await _fixture.FailAsync(token: token);
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.DoesNotContain("hf_secret", message, StringComparison.Ordinal);
        Assert.Empty(_fixture.Time.Pauses);
        _fixture.AssertNothingLanded();
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(408)]
    public async Task A_transient_error_is_retried(int status)
    {
        _fixture.Hub.Script = (_, number) => number <= 2 ? new(status) : null;
        await _fixture.RunAsync();
        _fixture.AssertComplete();
        Assert.Equal([1, 2], _fixture.Time.Pauses.Take(2).Select(static pause => pause.TotalSeconds));
    }

    [Fact]
    public async Task The_delay_requested_by_the_hub_is_used()
    {
        _fixture.OnWeights((_, number) => number switch
        {
            1 => new(429) { Headers = { ["Retry-After"] = "17" } },
            2 => new(429) { Headers = { ["Retry-After"] = "3600" } },
            _ => null,
        });
        await _fixture.RunAsync();
        Assert.Equal([17, 30], _fixture.Time.Pauses.Select(static pause => pause.TotalSeconds));
    }

    [Fact]
    public async Task The_number_of_attempts_is_limited()
    {
        _fixture.OnWeights(static (_, _) => new(500));
        var message = await _fixture.FailAsync();
        Assert.Contains("in 5 attempts: ", message, StringComparison.Ordinal);
        Assert.Contains("responded with 500", message, StringComparison.Ordinal);
        Assert.Equal([1, 2, 4, 8], _fixture.Time.Pauses.Select(static pause => pause.TotalSeconds));
        _fixture.AssertNothingLanded();
    }

    [Fact]
    public async Task An_unreachable_hub_is_reported_with_the_settings()
    {
        var address = _fixture.Hub.Address;
        _fixture.Hub.Dispose();
        var message = await _fixture.FailAsync();
        Assert.Contains(new Uri(address).Authority, message, StringComparison.Ordinal);
        Assert.Contains("HTTPS_PROXY", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../../etc/passwd")]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("")]
    public async Task A_blob_name_that_points_outside_the_cache_is_rejected(string etag)
    {
        _fixture.Hub.Etags["config.json"] = etag;
        Assert.Contains("does not report a usable ETag", await _fixture.FailAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../x")]
    [InlineData("main")]
    public async Task An_invalid_commit_is_rejected(string commit)
    {
        _fixture.Hub.Script = (_, _) => new(200) { Headers = { ["X-Repo-Commit"] = commit, ["ETag"] = "\"a\"" } };
        Assert.Contains("X-Repo-Commit", await _fixture.FailAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_index_that_points_outside_the_folder_is_rejected()
    {
        _fixture.Hub.Files.Remove("model.safetensors", out var weights);
        _fixture.Hub.Files["model.safetensors.index.json"] = """{"weight_map":{"a":"../../one.safetensors"}}"""u8.ToArray();
        Assert.Contains("not a plain file name", await _fixture.FailAsync(), StringComparison.Ordinal);
        _fixture.Hub.Files["model.safetensors"] = weights!;
        _fixture.AssertNothingLanded();
    }

    [Theory]
    [InlineData("model.safetensors", "does not contain 'model.safetensors' or 'model.safetensors.index.json'")]
    [InlineData("config.json", "does not contain 'config.json'")]
    [InlineData("tokenizer.json", "does not contain 'vocab.json' and 'merges.txt' or 'tokenizer.json'")]
    public async Task A_repository_without_a_required_file_is_reported(string file, string expected)
    {
        _fixture.Hub.Files.Remove(file, out var content);
        Assert.Contains(expected, await _fixture.FailAsync(), StringComparison.Ordinal);
        _fixture.Hub.Files[file] = content!;
        _fixture.AssertNothingLanded();
    }

    [Fact]
    public async Task A_token_that_is_invalid_in_a_header_is_neither_sent_nor_shown()
    {
        var message = await _fixture.FailAsync(token: "hf_\nsecret");
        Assert.Contains("(HubToken, HF_TOKEN) contains", message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
        Assert.Empty(_fixture.Hub.Requests);
    }

    [Fact]
    public async Task A_password_in_the_address_is_rejected_and_not_shown()
    {
        using var fixture = new HubFixture { UserInfo = "me:hidden@" };
        var message = await fixture.FailAsync();
        Assert.Contains($"'{fixture.Hub.Address}'", message, StringComparison.Ordinal);
        Assert.Contains("without a user name or password", message, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", message, StringComparison.Ordinal);
        Assert.Empty(fixture.Hub.Requests);
    }

    [Fact]
    public async Task Endless_redirects_are_not_followed()
    {
        _fixture.OnWeights((request, _) => FakeAnswer.Redirect(request.Target));
        Assert.Contains("more than 10 times", await _fixture.FailAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_is_reported_and_received_bytes_are_kept()
    {
        using var fixture = new HubFixture { Files = new FullDisk(1_000_000) };
        Assert.Contains("disk of the cache", await fixture.FailAsync(), StringComparison.Ordinal);
        fixture.AssertNothingLanded();
        Assert.InRange(new FileInfo(fixture.Partial).Length, 1, 1_000_000);
    }

    [Fact]
    public async Task A_disk_that_is_too_small_is_reported_before_the_download()
    {
        using var fixture = new HubFixture { Files = new SmallDisk() };
        var message = await fixture.FailAsync();
        Assert.Contains($"has 1000 bytes free, but 'model.safetensors' of 'acme/owl' needs {3 << 20}", message, StringComparison.Ordinal);
        Assert.DoesNotContain(fixture.Hub.Gets, static request => request.File == "model.safetensors");
    }

    [Fact]
    public async Task A_cache_that_is_not_writable_is_reported()
    {
        using var fixture = new HubFixture { Files = new ReadOnlyDisk() };
        var message = await fixture.FailAsync();
        Assert.Contains($"not allowed to write to the cache '{fixture.Cache}'", message, StringComparison.Ordinal);
        Assert.Contains("HF_HUB_CACHE", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cache_that_is_a_file_is_reported()
    {
        await File.WriteAllTextAsync(_fixture.Root, "a file");
        Assert.Contains("cannot be written", await _fixture.FailAsync(), StringComparison.Ordinal);
    }

    private sealed class SmallDisk : HubFiles
    {
        public override long? FreeBytes(string folder) => 1000;
    }

    private sealed class ReadOnlyDisk : HubFiles
    {
        public override Stream OpenExclusive(string path) => throw new UnauthorizedAccessException("Access is denied.");
    }

    private sealed class FullDisk(long room) : HubFiles
    {
        public override Stream OpenExclusive(string path) => new Limited(path, room);

        private sealed class Limited(string path, long room) : FileStream(path, FileMode.OpenOrCreate)
        {
            public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
                Length + buffer.Length > room
                    ? throw new IOException("No space left on device", 28)
                    : base.WriteAsync(buffer, cancellationToken);
        }
    }
}
