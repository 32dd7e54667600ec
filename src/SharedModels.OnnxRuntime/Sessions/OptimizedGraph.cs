using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.OnnxRuntime;
using SharedModels.OnnxRuntime.Graphs;

namespace SharedModels.OnnxRuntime.Sessions;

/// <summary>
/// The file with a model's optimized graph. Its name contains everything that the graph depends on, so a file of another version is never
/// used.
/// </summary>
internal sealed class OptimizedGraph
{
    // Longer than any session takes to be created.
    private static readonly TimeSpan LongestWrite = TimeSpan.FromHours(1);

    private readonly string _folder;
    private readonly string _name;

    private OptimizedGraph(string folder, string name, string key)
    {
        _folder = folder;
        _name = name;
        File = Path.Combine(folder, $"{name}-{key}.onnx");
    }

    public string File { get; }

    /// <summary>Returns the file for a session, or <see langword="null"/> if its graph is not cached.</summary>
    public static OptimizedGraph? For(OnnxModelOptions options, string path, OnnxGraph graph, string provider)
    {
        var isCached = options.OptimizedGraphFolder is { Length: > 0 }
            && graph.ExternalFiles.Count == 0
            && provider is ExecutionProviders.Cpu or ExecutionProviders.Cuda;
        if (!isCached)
            return null;
        var model = new FileInfo(path);
        var key = string.Join('\n', [
            model.Length.ToString(CultureInfo.InvariantCulture),
            model.LastWriteTimeUtc.Ticks.ToString(CultureInfo.InvariantCulture),
            OrtEnv.Instance().GetVersionString(),
            RuntimeInformation.ProcessArchitecture.ToString(),
            $"{Avx2.IsSupported} {Avx512F.IsSupported} {Dp.IsSupported}",
        ]);

        // One model can be in use with several providers or options, each of which has a file of its own.
        var use = string.Join('\n', [path, provider, .. Ordered(options.ProviderOptions), "", .. Ordered(options.SessionEntries)]);
        var name = $"{Path.GetFileNameWithoutExtension(path)}-{Hash(use)[..12]}";
        return new(Path.GetFullPath(options.OptimizedGraphFolder!), name, Hash(key)[..24]);
    }

    /// <summary>Creates an empty file next to the final one. A file that is being written is never loaded.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be written.</exception>
    public string BeginWrite()
    {
        Directory.CreateDirectory(_folder);
        var file = Path.Combine(_folder, $"{_name}-{Guid.NewGuid():N}.writing");
        System.IO.File.Create(file).Dispose();

        // A process that was killed has left its file.
        var now = System.IO.File.GetLastWriteTimeUtc(file);
        foreach (var left in Directory.EnumerateFiles(_folder, $"{_name}-*.writing"))
        {
            if (now - System.IO.File.GetLastWriteTimeUtc(left) > LongestWrite)
                TryDelete(left);
        }

        return file;
    }

    /// <summary>Makes a written file available, and deletes those of other versions of the model with the same options.</summary>
    /// <exception cref="IOException">The file cannot be moved.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be moved.</exception>
    public void EndWrite(string written)
    {
        System.IO.File.Move(written, File, overwrite: true);
        foreach (var other in Directory.EnumerateFiles(_folder, $"{_name}-*.onnx").Where(other => other != File))
            TryDelete(other);
    }

    /// <summary>Deletes a file if possible. On Windows, a file that another session has open cannot be deleted.</summary>
    public static void TryDelete(string file)
    {
        try
        {
            System.IO.File.Delete(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The file is never used, because its name does not match.
        }
    }

    private static IEnumerable<string> Ordered(Dictionary<string, string> settings) =>
        settings.OrderBy(static pair => pair.Key, StringComparer.Ordinal).Select(static pair => $"{pair.Key}={pair.Value}");

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
