using Microsoft.Extensions.Options;

namespace SharedModels.Orleans;

/// <summary>Checks the settings at startup.</summary>
internal sealed class RemoteModelOptionsValidator : IValidateOptions<RemoteModelOptions>
{
    public ValidateOptionsResult Validate(string? name, RemoteModelOptions options) => options.MaxRemoteBytes < 1
        ? ValidateOptionsResult.Fail(
            $"{nameof(RemoteModelOptions.MaxRemoteBytes)} is {options.MaxRemoteBytes}. It must be at least 1 byte.")
        : ValidateOptionsResult.Success;
}
