using System.Globalization;

namespace SharedModels.GpuBenchmarks;

/// <summary>What eng/gpu/owlv2_pytorch.py measured on this machine, if there is PyTorch: the file that OWLV2_PYTORCH names.</summary>
internal sealed class PyTorchFigures
{
    private readonly Dictionary<(string Checkpoint, string Row), double> _seconds = [];

    public PyTorchFigures()
    {
        if (Environment.GetEnvironmentVariable("OWLV2_PYTORCH") is not { } path || !File.Exists(path))
            return;
        foreach (var line in File.ReadLines(path))
        {
            if (line.Split('\t') is [var checkpoint, var row, var seconds])
                _seconds[(checkpoint, row)] = double.Parse(seconds, CultureInfo.InvariantCulture);
        }
    }

    public FormattableString Compare(string checkpoint, string row, double seconds) =>
        _seconds.TryGetValue((checkpoint, row), out var theirs)
            ? $"{1 / seconds:0.0} pictures/s; PyTorch {theirs * 1e3:0.0} ms, {seconds / theirs:0.00} times as long (aim 1.1 at most)"
            : (FormattableString)$"{1 / seconds:0.0} pictures/s; PyTorch not measured";
}
