using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace SharedModels.AspNetCore.Problems;

/// <summary>Determines whether clients receive exception details, and formats them.</summary>
internal static class ExceptionDetails
{
    // The default is applied here as well, because an application may map endpoints without calling a method that registers services.
    public static bool AreIncluded(IServiceProvider services) =>
        services.GetRequiredService<IOptions<SharedModelsHttpOptions>>().Value.Choice ?? IsDefault(services.GetService<IHostEnvironment>());

    public static bool IsDefault(IHostEnvironment? environment) => environment?.IsDevelopment() == true;

    /// <summary>Returns the message of an exception, followed by the messages of inner exceptions that it does not contain.</summary>
    public static string Of(Exception exception)
    {
        var text = exception.Message;
        for (var inner = exception.InnerException; inner is not null; inner = inner.InnerException)
        {
            if (!text.Contains(inner.Message, StringComparison.Ordinal))
                text = $"{text} {inner.Message}";
        }

        return text;
    }
}
