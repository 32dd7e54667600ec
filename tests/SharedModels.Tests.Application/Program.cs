using SharedModels;
using SharedModels.Configuration;
using SharedModels.Tests.Application;

// Tests start this program with two kinds of arguments: the kind of application, then its settings.
var (kind, settings) = (args[0], args[1..]);
if (kind is "WebApplication")
{
    var builder = WebApplication.CreateBuilder(settings);
    Registration.Add(builder);
    builder.Build().Run();
    return;
}

if (kind is "Manager")
{
    await using var manager = new SharedModelManager(new SharedModelsOptions { Leasing = { MaxQueueLength = -1 } });
    return;
}

var application = Host.CreateApplicationBuilder(settings);
Registration.Add(application);
if (kind is "InjectedManager")
    application.Services.AddHostedService<ManagerUser>();
if (kind is "SeveralOptions")
{
    application.Services.AddOptions<ApplicationOptions>().Validate(static _ => false, "ApplicationOptions are invalid.").ValidateOnStart();
    application.Services.AddOptions<ModelTuning>("a").Validate(static _ => false, "The tuning is invalid.");
}

if (kind is "NoLogs")
    application.Logging.ClearProviders();
if (kind is "JsonLogs")
    application.Logging.AddJsonConsole();
using var host = application.Build();
switch (kind)
{
    case "ResolvedManager":
        _ = host.Services.GetRequiredService<ISharedModelManager>();
        break;
    case "Start":
        host.Start();
        break;
    case "StartAsync":
        await host.StartAsync();
        break;
    case "Caught":
        try
        {
            host.Run();
        }
        catch (Microsoft.Extensions.Options.OptionsValidationException)
        {
            Environment.ExitCode = 7;
        }

        break;
    default:
        host.Run();
        break;
}
