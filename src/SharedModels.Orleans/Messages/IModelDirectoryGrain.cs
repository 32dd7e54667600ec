using Orleans;

namespace SharedModels.Orleans.Messages;

/// <summary>Tells callers which silos are nodes.</summary>
[Alias("SharedModels.IModelDirectoryGrain")]
internal interface IModelDirectoryGrain : IGrainWithIntegerKey
{
    /// <summary>Returns the addresses of the silos that can serve calls.</summary>
    [Alias("GetNodes")]
    [ResponseTimeout(Limits.Report)]
    Task<string[]> GetNodesAsync();
}
