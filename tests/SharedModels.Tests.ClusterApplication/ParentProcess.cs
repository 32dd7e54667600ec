namespace SharedModels.Tests.ClusterApplication;

/// <summary>The test that started this process and that holds the other end of its standard input.</summary>
internal static class ParentProcess
{
    /// <summary>Ends this process immediately when its input ends, so that no process survives a test run that is killed.</summary>
    public static void EndWithIt() => new Thread(static () =>
    {
        while (Console.In.ReadLine() is not null)
        {
        }

        Environment.Exit(3);
    }) { IsBackground = true }.Start();

    /// <summary>Reports an event to the test. The line survives if this process is killed.</summary>
    public static void Notify(string name, string detail) => Console.Out.WriteLine($"{name} {detail}");
}
