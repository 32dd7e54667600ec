using System.Runtime.CompilerServices;

namespace SharedModels.Generators.Tests;

/// <summary>Compares text with an approved file. With <c>UPDATE_SNAPSHOTS=1</c> in the environment, writes the file instead.</summary>
internal static class Snapshot
{
    public static void AssertMatches(string actual, [CallerMemberName] string name = "", [CallerFilePath] string testFile = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(testFile)!, "Snapshots", name + ".txt");
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
            File.WriteAllText(path, actual);
        Assert.True(File.Exists(path), $"{path} does not exist; run the test once with UPDATE_SNAPSHOTS=1 and read what it writes.");
        Assert.Equal(File.ReadAllText(path), actual);
    }
}
