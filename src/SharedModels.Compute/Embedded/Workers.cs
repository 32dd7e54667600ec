namespace SharedModels.Compute.Embedded;

/// <summary>Spreads independent tasks over the cores that an engine may use.</summary>
internal sealed class Workers
{
    private readonly ParallelOptions _options;

    public Workers(int degree)
    {
        Degree = degree > 0 ? degree : Environment.ProcessorCount;
        _options = new ParallelOptions { MaxDegreeOfParallelism = Degree };
    }

    public int Degree { get; }

    public void Run(int tasks, Action<int> task)
    {
        if (Degree == 1 || tasks <= 1)
        {
            for (var i = 0; i < tasks; i++)
                task(i);
            return;
        }

        Parallel.For(0, tasks, _options, task);
    }

    /// <summary>Cuts rows into as many stretches as there are cores, or fewer if that is not worth a thread.</summary>
    public void RunRows(int rows, long workPerRow, Action<int, int> task)
    {
        const long worthAThread = 32 * 1024;
        var stretches = (int)Math.Clamp(rows * workPerRow / worthAThread, 1, Math.Min(rows, Degree));
        Run(stretches, i => task((int)((long)rows * i / stretches), (int)((long)rows * (i + 1) / stretches)));
    }
}
