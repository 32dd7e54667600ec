using SharedModels.Compute.Checkpoints.Hub;

namespace SharedModels.Compute.Tests.Checkpoints.Hub;

/// <summary>Tests caches with damaged or forgotten files, file systems without links, and failing storage behind a hub.</summary>
public sealed class HubRepairTests : IDisposable
{
    private readonly HubFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData(1000)]
    [InlineData(3 << 20)]
    public async Task A_damaged_blob_is_downloaded_again(int length)
    {
        await _fixture.RunAsync();
        await File.WriteAllBytesAsync(_fixture.WeightsBlob, new byte[length]);
        File.Delete(Path.Combine(_fixture.Snapshot, "model.safetensors"));
        _fixture.Progress.Clear();
        await _fixture.RunAsync();
        _fixture.AssertComplete();
        Assert.Equal(2, _fixture.Hub.Gets.Count(static request => request.File == "model.safetensors"));
        Assert.Equal(_fixture.Progress[^1].TotalBytes, _fixture.Progress[^1].DoneBytes);
    }

    [Fact]
    public async Task Without_links_a_snapshot_takes_the_space_of_its_files_once()
    {
        using var fixture = new HubFixture { Files = new NoLinks() };
        await fixture.RunAsync();
        fixture.AssertComplete();
        Assert.Empty(Directory.GetFiles(Path.Combine(fixture.Root, "blobs")));

        var before = fixture.Hub.Gets.Count();
        await fixture.RunAsync();
        Assert.Equal(before, fixture.Hub.Gets.Count());
        fixture.AssertComplete();
    }

    [Fact]
    public async Task Without_links_a_damaged_file_is_downloaded_again()
    {
        using var fixture = new HubFixture { Files = new NoLinks() };
        await fixture.RunAsync();
        await File.WriteAllBytesAsync(Path.Combine(fixture.Snapshot, "model.safetensors"), new byte[3 << 20]);
        await fixture.RunAsync();
        fixture.AssertComplete();
    }

    [Fact]
    public async Task Without_links_a_blob_of_another_tool_is_copied()
    {
        using var fixture = new HubFixture { Files = new NoLinks() };
        Directory.CreateDirectory(Path.GetDirectoryName(fixture.WeightsBlob)!);
        await File.WriteAllBytesAsync(fixture.WeightsBlob, fixture.Hub.Files["model.safetensors"]);
        await fixture.RunAsync();
        fixture.AssertComplete();
        Assert.True(File.Exists(fixture.WeightsBlob));
    }

    [Fact]
    public async Task Partial_downloads_of_other_commits_are_deleted_unless_they_are_running()
    {
        var blobs = Path.Combine(_fixture.Root, "blobs");
        Directory.CreateDirectory(blobs);
        var (old, running) = (Path.Combine(blobs, "1.sharedmodels.incomplete"), Path.Combine(blobs, "2.sharedmodels.incomplete"));
        var others = Path.Combine(blobs, "3.incomplete");
        await File.WriteAllTextAsync(old, "old");
        await File.WriteAllTextAsync(others, "of another tool");
        await using (new HubFiles().OpenExclusive(running))
        {
            await _fixture.RunAsync();
            Assert.False(File.Exists(old));
            Assert.True(File.Exists(running));
            Assert.True(File.Exists(others));
        }
    }

    [Fact]
    public async Task An_error_of_the_storage_names_the_storage_and_not_the_token()
    {
        using var storage = new FakeHub { Repository = "storage", Script = static (_, _) => new(403) };
        _fixture.OnWeights((_, _) => FakeAnswer.Redirect($"{storage.Address}/storage?signature=secret"));
        var message = await _fixture.FailAsync();
        Assert.StartsWith(new Uri(storage.Address).Authority, message, StringComparison.Ordinal);
        Assert.Contains("responded with 403. Allow access to it", message, StringComparison.Ordinal);
        Assert.DoesNotContain("HubToken", message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_transient_error_of_the_storage_names_the_storage()
    {
        using var storage = new FakeHub { Repository = "storage", Script = static (_, _) => new(503) };
        _fixture.OnWeights((_, _) => FakeAnswer.Redirect($"{storage.Address}/storage"));
        Assert.Contains(
            $"{new Uri(storage.Address).Authority} responded with 503", await _fixture.FailAsync(), StringComparison.Ordinal);
    }

    private sealed class NoLinks : HubFiles
    {
        public override void CreateLink(string path, string target) => throw new UnauthorizedAccessException("A privilege is missing.");
    }
}
