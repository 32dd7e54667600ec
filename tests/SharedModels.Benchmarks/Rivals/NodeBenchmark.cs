using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.ML.Tokenizers;

namespace SharedModels.Benchmarks.Rivals;

/// <summary>The same model in Node.js with onnxruntime-node, in a process that takes turns with this one.</summary>
internal static class NodeBenchmark
{
    private const int Count = 3, Callers = 64, Texts = 400;

    private static readonly string[] Rivals = ["no gate", "generic-pool", "dataloader"];

    public static void Run(Report report)
    {
        var folder = CopyScript();
        report.Text(
            $"## Node.js, {Callers} callers\n\nonnxruntime-node 1.30.0 with the same model and texts, in a process of its own, with "
            + "generic-pool 3.9.0 (one session at a time) and with dataloader 2.2.3 (batches of at most "
            + $"{RivalCatalog.MaxBatchSize}). Node gets token ids: its figures are without the tokenizer. "
            + "Those of SharedModels include it.");
        if (!Install(folder))
        {
            report.Text("Skipped: npm could not install the packages.");
            return;
        }

        using var catalog = new RivalCatalog();
        using var node = Start(folder);
        var ours = new RivalResult[Count];
        var theirs = Array.ConvertAll(Rivals, static _ => new RivalResult[Count]);
        for (var round = -1; round < Count; round++)
        {
            var own = catalog.All[0].Run(Callers, Texts);
            for (var i = 0; i < Rivals.Length; i++)
            {
                var result = Ask(node, Rivals[i]);
                if (round >= 0)
                    theirs[i][round] = result;
            }

            if (round >= 0)
                ours[round] = own;
        }

        node.StandardInput.Close();
        node.WaitForExit();
        report.Table("", "texts per second", "SharedModels relative to it", "p99", "SharedModels relative to it");
        var (rate, p99) = RivalResult.Spreads(ours);
        report.Cells("SharedModels", rate.ToString("0"), "", $"{p99.Times(1e3).ToString("0.0")} ms", "");
        foreach (var (name, results) in Rivals.Zip(theirs))
        {
            var (theirRate, theirs99) = RivalResult.Spreads(results);
            report.Cells(
                $"onnxruntime-node, {name}",
                theirRate.ToString("0"),
                rate.Over(theirRate).ToString("0.00"),
                $"{theirs99.Times(1e3).ToString("0.0")} ms",
                p99.Over(theirs99).ToString("0.00"));
        }
    }

    private static string CopyScript()
    {
        var folder = Directory.CreateDirectory(Repository.File("artifacts", "rivals")).FullName;
        foreach (var file in Directory.GetFiles(Repository.File("tests", "SharedModels.Benchmarks", "Rivals", "node")))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        return folder;
    }

    private static bool Install(string folder)
    {
        try
        {
            // The package contains the library for the CPU. Its script would download one for CUDA.
            using var npm = Process.Start(new ProcessStartInfo(
                "npm", ["install", "--silent", "--no-package-lock", "--ignore-scripts", "--prefix", folder])
            {
                UseShellExecute = false, RedirectStandardOutput = true,
            })!;
            npm.StandardOutput.ReadToEnd();
            npm.WaitForExit();
            return npm.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static Process Start(string folder)
    {
        var options = TextModels.MiniLm();
        var tokenizer = BertTokenizer.Create(options.Vocabulary);
        var tokens = Path.Combine(AppContext.BaseDirectory, "tokens.json");
        File.WriteAllText(tokens, JsonSerializer.Serialize(
            TextModels.Texts.Select(text => tokenizer.EncodeToIds(text, options.MaxTokens, addSpecialTokens: true, out _, out _))));
        return Process.Start(new ProcessStartInfo(
            "node",
            [
                Path.Combine(folder, "rivals.mjs"), options.Path, tokens, $"{RivalCatalog.MaxBatchSize}", $"{Environment.ProcessorCount}",
            ])
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true,
        })!;
    }

    private static RivalResult Ask(Process node, string rival)
    {
        node.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rival}\t{Callers}\t{Texts}"));
        var line = node.StandardOutput.ReadLine() ?? throw new InvalidOperationException("Node.js has ended.");
        var result = JsonSerializer.Deserialize<JsonElement>(line);
        return new(result.GetProperty("throughput").GetDouble(), result.GetProperty("slowest").GetDouble());
    }
}
