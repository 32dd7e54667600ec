using SharedModels.Configuration;

namespace SharedModels.Hosting;

/// <summary>
/// Ends the process with one message and exit code 1 when a <see cref="SettingsException"/> is not handled. The runtime raises the event
/// before it writes the stack trace. A caller that catches the exception, such as a test, is not affected.
/// </summary>
internal static class UnhandledSettings
{
    private static int _isWatched;

    public static void Watch()
    {
        if (Interlocked.Exchange(ref _isWatched, 1) == 0)
            AppDomain.CurrentDomain.UnhandledException += OnUnhandledException;
    }

    private static void OnUnhandledException(object sender, UnhandledExceptionEventArgs args)
    {
        if (!args.IsTerminating || Find(args.ExceptionObject as Exception) is not { } exception)
            return;
        exception.Loggers?.Dispose();
        if (!exception.IsShown)
            Console.Error.WriteLine(exception.Message);
        Environment.Exit(1);
    }

    private static SettingsException? Find(Exception? exception) => exception switch
    {
        null => null,
        SettingsException found => found,
        AggregateException several => several.InnerExceptions.Select(Find).FirstOrDefault(static found => found is not null),
        _ => Find(exception.InnerException),
    };
}
