using Microsoft.Extensions.Time.Testing;

namespace SharedModels.AspNetCore.Tests.Dashboard;

/// <summary>
/// Two minutes of an application's life in virtual time, with most of what can happen. The page shows them when it is opened afterwards.
/// </summary>
internal static class Scene
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(250);

    public static async Task PlayAsync(LiveApplication application, FakeTimeProvider time)
    {
        var random = new Random(7);
        for (var step = 0; step < 4 * 124; step++)
        {
            if (random.NextDouble() < 0.30)
                _ = application.UseAsync(Pick(random), TimeSpan.FromSeconds(0.4 + (2.2 * random.NextDouble())), time);
            if (random.NextDouble() < 0.15)
                _ = application.UseAsync("qr-reader", TimeSpan.FromSeconds(0.2 + random.NextDouble()), time);
            Interrupt(application, time, step / 4.0);
            time.Advance(Step);
            await SettleAsync();
        }

        for (var i = 0; i < 5; i++)
            _ = application.UseAsync(Pick(random), TimeSpan.FromHours(1), time);
        await SettleAsync();
        time.Advance(Step);
        await SettleAsync();
    }

    /// <summary>Advances the clock at the rate of real time, until it is disposed.</summary>
    public static IDisposable GoOn(FakeTimeProvider time)
    {
        var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        _ = GoOnAsync();
        return timer;

        async Task GoOnAsync()
        {
            while (await timer.WaitForNextTickAsync())
                time.Advance(timer.Period);
        }
    }

    private static void Interrupt(LiveApplication application, FakeTimeProvider time, double second)
    {
        switch (second)
        {
            case 44:
                application.Accelerator.Lose(application.Accelerator[1].Device, new IOException("it fell off the bus"));
                break;
            case 56:
                application.Accelerator.Return();
                break;
            case 84:
                application.Script("depth").Load.FailWith(new IOException("the weights are damaged"));
                _ = application.UseAsync("depth", TimeSpan.FromSeconds(2), time);
                break;
            case 95:
                application.Script("depth").Load.FailWith(null);
                _ = application.UseAsync("depth", TimeSpan.FromSeconds(4), time);
                break;
        }
    }

    private static string Pick(Random random) => random.NextDouble() switch
    {
        < 0.4 => "owlv2",
        < 0.65 => "florence",
        < 0.85 => "sam",
        _ => "whisper",
    };

    /// <summary>Waits until the effects of the clock have settled, as far as they can be observed.</summary>
    private static async Task SettleAsync()
    {
        for (var i = 0; i < 1000; i++)
            await Task.Yield();
    }
}
