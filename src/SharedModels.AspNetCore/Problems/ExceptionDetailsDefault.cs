using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace SharedModels.AspNetCore.Problems;

/// <summary>Applies the default of the environment if the application has not set a value, regardless of the registration order.</summary>
internal sealed class ExceptionDetailsDefault(IHostEnvironment environment) : IPostConfigureOptions<SharedModelsHttpOptions>
{
    public void PostConfigure(string? name, SharedModelsHttpOptions options) => options.Choice ??= ExceptionDetails.IsDefault(environment);
}
