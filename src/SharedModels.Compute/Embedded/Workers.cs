namespace SharedModels.Compute.Embedded;

/// <summary>Distributes independent tasks over the cores that an engine may use.</summary>
internal sealed class Workers
{
    private readonly ParallelOptions _options;

    public Workers(int degree)
    {
        Degree = degree > 0 ? degree : Environment.ProcessorCount;
        _options = new ParallelOptions { MaxDegreeOfParallelism = Degree };
    }

    public int Degree { get; }

    /// <summary>A token that is checked before each task.</summary>
    public CancellationToken Cancellation
    {
        get => _options.CancellationToken;
        set => _options.CancellationToken = value;
    }

    /// <exception cref="OperationCanceledException"><see cref="Cancellation"/> was canceled.</exception>
    public void Run(int tasks, Action<int> task)
    {
        if (Degree > 1 && tasks > 1)
        {
            // The loop notices a cancellation only when its callback has run, which can be late on a busy machine.
            Parallel.For(0, tasks, _options, i =>
            {
                Cancellation.ThrowIfCancellationRequested();
                task(i);
            });
            return;
        }

        for (var i = 0; i < tasks; i++)
        {
            Cancellation.ThrowIfCancellationRequested();
            task(i);
        }
    }

    /// <summary>
    /// Splits rows into one range per core: fewer if a range is too little work for a thread, more if a range would take too long.
    /// </summary>
    /// <exception cref="OperationCanceledException"><see cref="Cancellation"/> was canceled.</exception>
    public void RunRows(int rows, long workPerRow, Action<int, int> task)
    {
        const long WorthAThread = 32 * 1024;
        const long LongWork = 64 * 1024 * 1024;
        var work = rows * workPerRow;
        var stretches = (int)Math.Min(rows, Math.Max(Math.Clamp(work / WorthAThread, 1, Degree), work / LongWork));
        Run(stretches, i => task((int)((long)rows * i / stretches), (int)((long)rows * (i + 1) / stretches)));
    }
}
