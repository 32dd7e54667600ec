using System.Collections;
using Microsoft.Extensions.Logging.Abstractions;
using SharedModels.Compute.Checkpoints;
using SharedModels.Compute.Checkpoints.Hub;
using SharedModels.Vision.Tests;

namespace SharedModels.Compute.Tests.Checkpoints;

/// <summary>Tests links in checkpoint folders, and how often a folder is looked up.</summary>
public sealed class CheckpointFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // The target of the link in the snapshot depends on the folder of the snapshot, not on the link that leads there.
    [Fact]
    public void A_link_to_a_snapshot_is_followed()
    {
        var linked = LinkedSnapshot();
        var config = Path.Combine(linked, "config.json");
        Assert.True(CheckpointFile.Exists(config));
        Assert.Equal("{}"u8.ToArray(), CheckpointFile.ReadAllBytes(config));
        Assert.Null(new CheckpointRequest(linked, false, Hub(), Layout([["config.json"]])).Check("Section:"));
    }

    [Fact]
    public void A_broken_link_in_a_linked_snapshot_does_not_exist()
    {
        var config = Path.Combine(LinkedSnapshot(), "config.json");
        File.Delete(_folder.File("cache/blobs/0123"));
        Assert.False(CheckpointFile.Exists(config));
        var message = Assert.Throws<CheckpointException>(() => CheckpointFile.Open(config)).Message;
        Assert.Contains("is a link to '../../blobs/0123', which does not exist", message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_remedy_for_a_damaged_file_names_the_file_that_it_links_to()
    {
        var path = _folder.File("model.safetensors");
        File.WriteAllText(_folder.File("blob"), "this is not a safetensors file");
        File.CreateSymbolicLink(path, "blob");
        var message = Assert.Throws<CheckpointException>(() => new SafetensorsFile(path)).Message;
        Assert.Contains("Delete it and the file that it links to, 'blob', and download it again.", message, StringComparison.Ordinal);
    }

    // Between two lookups, the files could be deleted. The second one would then download them even if that is not allowed.
    [Fact]
    public async Task A_checkpoint_is_looked_up_once()
    {
        var snapshot = _folder.File("models--a--b/snapshots/0123456");
        Directory.CreateDirectory(snapshot);
        File.WriteAllText(Path.Combine(snapshot, "config.json"), "{}");
        File.WriteAllText(Path.Combine(snapshot, "model.safetensors"), "weights");
        var needs = new Needs();
        var request = new CheckpointRequest("a/b", isDownloadAllowed: false, Hub(), new CheckpointLayout(needs, []));

        var found = await request.GetFolderAsync("Section:", null, NullLogger.Instance, TimeProvider.System, default);

        Assert.Equal(snapshot, found);
        Assert.Equal(1, needs.Lookups);
    }

    private static CheckpointLayout Layout(string[][] need) => new([need], []);

    private HubSettings Hub() => new(null, null, _folder.Path, static _ => null);

    private string LinkedSnapshot()
    {
        Directory.CreateDirectory(_folder.File("cache/blobs"));
        Directory.CreateDirectory(_folder.File("cache/snapshots/0123456"));
        File.WriteAllText(_folder.File("cache/blobs/0123"), "{}");
        File.CreateSymbolicLink(_folder.File("cache/snapshots/0123456/config.json"), "../../blobs/0123");
        File.CreateSymbolicLink(_folder.File("linked"), _folder.File("cache/snapshots/0123456"));
        return _folder.File("linked");
    }

    private sealed class Needs : IReadOnlyList<string[][]>
    {
        public int Lookups { get; private set; }

        public int Count => 1;

        public string[][] this[int index] => [["config.json"]];

        public IEnumerator<string[][]> GetEnumerator()
        {
            Lookups++;
            yield return this[0];
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
