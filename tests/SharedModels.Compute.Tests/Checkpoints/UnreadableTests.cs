using System.Runtime.Versioning;
using SharedModels.Compute.Checkpoints;
using SharedModels.Compute.Checkpoints.Hub;
using SharedModels.Compute.Tests.Checkpoints.Hub;
using SharedModels.Vision.Tests;

namespace SharedModels.Compute.Tests.Checkpoints;

/// <summary>
/// Tests the messages for folders that the process is not allowed to read. The superuser can read everything, so the tests are skipped
/// for it.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class UnreadableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _closed;

    public UnreadableTests() => _closed = Path.Combine(_folder.Path, "models--a--b", "snapshots");

    [UserFact]
    public void A_cache_is_named_with_the_setting()
    {
        Close(UnixFileMode.UserExecute);
        var request = new CheckpointRequest(
            "a/b", isDownloadAllowed: false, new HubSettings(null, null, _folder.Path, static _ => null), HubFixture.Layout);
        var message = request.Check("Section:");
        Assert.StartsWith("Section:Checkpoint is 'a/b'. The cache '", message, StringComparison.Ordinal);
        Assert.Contains($"'{_folder.Path}' cannot be read", message, StringComparison.Ordinal);
        Assert.Contains("HF_HUB_CACHE", message, StringComparison.Ordinal);
    }

    [UserFact]
    public void A_file_in_a_closed_folder_is_named()
    {
        Close(UnixFileMode.None);
        var path = Path.Combine(_closed, "config.json");
        AssertSaid(() => CheckpointFile.Open(path), path);
    }

    [UserFact]
    public void A_link_into_a_closed_folder_is_named()
    {
        Close(UnixFileMode.None);
        var path = _folder.File("config.json");
        File.CreateSymbolicLink(path, Path.Combine(_closed, "config.json"));
        var message = Assert.Throws<CheckpointException>(() => CheckpointFile.Open(path)).Message;
        Assert.Contains($"'{path}' is a link to '{_closed}", message, StringComparison.Ordinal);
        Assert.Contains("allow the process to read the folder", message, StringComparison.Ordinal);
    }

    [UserFact]
    public void A_folder_whose_files_cannot_be_listed_is_named()
    {
        Close(UnixFileMode.UserExecute);
        AssertSaid(() => new CheckpointWeights(_closed), _closed);
    }

    public void Dispose()
    {
        if (Directory.Exists(_closed))
            File.SetUnixFileMode(_closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _folder.Dispose();
    }

    private static void AssertSaid(Func<object> action, string path)
    {
        var message = Assert.Throws<CheckpointException>(action).Message;
        Assert.Contains($"'{path}' cannot be", message, StringComparison.Ordinal);
        Assert.Contains("Allow the process to read it", message, StringComparison.Ordinal);
    }

    private void Close(UnixFileMode mode)
    {
        Directory.CreateDirectory(_closed);
        File.SetUnixFileMode(_closed, mode);
    }

    private sealed class UserFactAttribute : FactAttribute
    {
        public UserFactAttribute()
        {
            if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
                Skip = "The rights of files do not bind this process.";
        }
    }
}
