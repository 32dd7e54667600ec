namespace SharedModels.Tests.ClusterApplication;

/// <summary>A contract whose methods return the name of the silo that has computed them.</summary>
[RemoteModel("worker")]
public interface IWorker
{
    /// <summary>Computes, once.</summary>
    Task<string> WorkAsync(CancellationToken cancellationToken);

    /// <summary>Computes, and can do it twice.</summary>
    [RemoteMethod(Retry = ModelRetry.WhenLost)]
    Task<string> WorkAgainAsync(CancellationToken cancellationToken);
}
