using System.Globalization;

namespace SharedModels.GpuBenchmarks;

/// <summary>The results of eng/gpu/owlv2_pytorch.py on this machine, if PyTorch is installed. OWLV2_PYTORCH names the file.</summary>
internal sealed class PyTorchFigures
{
    private readonly Dictionary<(string Checkpoint, string Row), Spread> _seconds = [];

    public PyTorchFigures()
    {
        if (Environment.GetEnvironmentVariable("OWLV2_PYTORCH") is not { } path || !File.Exists(path))
            return;
        foreach (var line in File.ReadLines(path))
        {
            if (line.Split('\t') is [var checkpoint, var row, .. { Length: > 0 } seconds])
                _seconds[(checkpoint, row)] = new(
                    Array.ConvertAll(seconds, static value => double.Parse(value, CultureInfo.InvariantCulture)));
        }
    }

    /// <summary>Compares medians. The two sides ran one after the other, in separate processes.</summary>
    public FormattableString Compare(string checkpoint, string row, Spread seconds)
    {
        var rate = $"{seconds.Rate(1)} images/s";
        return _seconds.TryGetValue((checkpoint, row), out var theirs)
            ? $"{rate}; PyTorch {theirs.Times(1e3)} ms, median {seconds.Median / theirs.Median:0.00} times as long (aim 1.1 at most)"
            : (FormattableString)$"{rate}; PyTorch not measured";
    }
}
