namespace SharedModels.Tests;

/// <summary>Waits for what other threads bring about, without a clock.</summary>
internal static class Condition
{
    /// <summary>Lets others work until the condition holds.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
            await Task.Yield();
    }
}
