using Microsoft.Extensions.Logging;

namespace SharedModels.Compute.Checkpoints.Hub;

/// <summary>Retries failed requests. The delay grows with each attempt, and the number of attempts is limited.</summary>
internal sealed class HubRetry(HubRepository repository, TimeProvider time, ILogger logger)
{
    public const int Attempts = 5;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);

    private int _failures;

    /// <summary>Resets the number of failures after progress was made.</summary>
    public void Reset() => _failures = 0;

    /// <summary>Repeats an action until it succeeds or has failed too often.</summary>
    /// <exception cref="CheckpointException">The action has failed too often.</exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> action, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var result = await action().ConfigureAwait(false);
                Reset();
                return result;
            }
            catch (HubTransientException e)
            {
                await WaitAsync(e, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task WaitAsync(HubTransientException failure, CancellationToken cancellationToken)
    {
        if (++_failures >= Attempts)
            throw new CheckpointException(
                $"'{repository}' could not be downloaded in {Attempts} attempts: {failure.Message} Check the network, the proxy "
                + "(HTTPS_PROXY) and the address of the hub (HubEndpoint, HF_ENDPOINT). Received bytes are kept for the next attempt.",
                failure);
        var delay = failure.RetryAfter ?? FirstDelay * Math.Pow(2, _failures - 1);
        if (delay > LongestDelay)
            delay = LongestDelay;
        HubLog.Retrying(logger, repository, failure.Message, delay.TotalSeconds);
        await Task.Delay(delay, time, cancellationToken).ConfigureAwait(false);
    }
}
