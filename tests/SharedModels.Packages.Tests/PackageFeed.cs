using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace SharedModels.Packages.Tests;

/// <summary>
/// A folder with the packages of this build and copies of the projects that use them. The packages have a unique version and are unpacked
/// into a folder next to them, so that no stale package is found and nothing is left over. All classes of tests share one, and run next to
/// each other, because a build of a small project occupies less than one processor.
/// </summary>
public sealed class PackageFeed : IDisposable
{
    private static readonly Lazy<PackageFeed> OfAllTests = new(static () =>
    {
        var feed = new PackageFeed();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => feed.Dispose();
        return feed;
    });

    private static readonly string Configuration =
        typeof(PackageFeed).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    private readonly string _folder = Directory.CreateTempSubdirectory("sharedmodels-").FullName;

    public PackageFeed()
    {
        // A release, so that `dotnet add package` takes it without further options.
        var version = $"0.0.{RandomNumberGenerator.GetInt32(1, 60_000)}";
        Directory.CreateDirectory(Feed);
        Run(
            Repository,
            $"pack SharedModels.sln --no-build --configuration {Configuration} -p:PackageVersion={version} --output {Feed} --nologo");
        Copy(Path.Combine(Repository, "tests/SharedModels.Packages.Tests/Projects"), _folder);
        File.WriteAllText(
            Path.Combine(_folder, "nuget.config"),
            $"<configuration><packageSources><add key=\"built\" value=\"{Feed}\" /></packageSources></configuration>");
    }

    public static PackageFeed Shared => OfAllTests.Value;

    public string Feed => Path.Combine(_folder, "feed");

    public static string Repository { get; } = Path.GetFullPath(Path.Combine(Here(), "../.."));

    /// <summary>Runs <c>dotnet</c> in the folder of a project. The test fails unless it succeeds.</summary>
    public string Run(string project, string arguments)
    {
        var (status, output) = TryRun(project, arguments);
        Assert.True(status == 0, $"dotnet {arguments}\n{output}");
        return output;
    }

    /// <summary>The lines of a project's files.</summary>
    public IEnumerable<(string File, int Number, string Text)> ReadLines(string pattern) => Directory
        .GetFiles(Path.Combine(_folder, Path.GetDirectoryName(pattern)!), Path.GetFileName(pattern))
        .SelectMany(static file => File.ReadLines(file).Select((text, i) => (Path.GetFileNameWithoutExtension(file), i + 1, text)));

    /// <summary>Runs <c>dotnet</c> in the folder of a project.</summary>
    public (int Status, string Output) TryRun(string project, string arguments) =>
        Start(CreateStart(PathOf(project), "dotnet", arguments.Split(' ')));

    /// <summary>The path of a file or folder of the copies.</summary>
    public string PathOf(string path) => Path.Combine(_folder, path);

    /// <summary>Runs a published project.</summary>
    public string RunPublished(string project, string file)
    {
        var (status, output) = Start(CreateStart(PathOf(project), PathOf($"{project}/{file}")));
        Assert.True(status == 0, output);
        return output;
    }

    /// <summary>Runs the lines of a script in a new folder, as a user would type them. The test fails unless they succeed.</summary>
    /// <returns>The current folder after the last line.</returns>
    public string RunScript(string name, string script)
    {
        var folder = Directory.CreateDirectory(PathOf(name)).FullName;
        var (status, output) = Start(CreateStart(folder, "bash", "-e", "-c", $"{script}\npwd"));
        Assert.True(status == 0, $"{script}\n{output}");
        return output.TrimEnd().Split('\n')[^1];
    }

    /// <summary>Creates the start information for a program as a user would run it, without the variables of the test host.</summary>
    public ProcessStartInfo CreateStart(string folder, string file, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget/packages");
        start.Environment["NUGET_PACKAGES"] = Path.Combine(_folder, "packages");
        start.Environment["RestoreFallbackFolders"] = packages;
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";

        // These variables of the test host would make the program under test a part of the test run.
        foreach (var name in start.Environment.Keys
            .Where(
                static name => name.StartsWith("VSTEST", StringComparison.Ordinal) || name.StartsWith("MSBuild", StringComparison.Ordinal))
            .ToList())
            start.Environment.Remove(name);
        return start;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private static (int Status, string Output) Start(ProcessStartInfo start)
    {
        var errors = new StringBuilder();
        using var process = new Process { StartInfo = start };
        process.ErrorDataReceived += (_, line) => errors.Append(line.Data is null ? "" : line.Data + "\n");
        process.Start();
        process.BeginErrorReadLine();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors);
    }

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
