using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace SharedModels.AspNetCore.Problems;

/// <summary>Lets the environment decide where the application did not, whatever the order of registration.</summary>
internal sealed class ExceptionDetailsDefault(IHostEnvironment environment) : IPostConfigureOptions<SharedModelsHttpOptions>
{
    public void PostConfigure(string? name, SharedModelsHttpOptions options) => options.Choice ??= ExceptionDetails.IsDefault(environment);
}
