using Microsoft.Extensions.Options;
using VisionApi;
using VisionApi.Detection;
using VisionApi.Errors;
using VisionApi.QrCodes;
using VisionApi.Uploads;

// The settings, the page and the demo checkpoint are in the program's folder, regardless of the current directory.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
if (builder.Configuration["urls"] is null && builder.Configuration["http_ports"] is null)
    builder.WebHost.UseUrls("http://localhost:5080");

builder.Services.AddSharedModels(builder.Configuration.GetSection("SharedModels"));
builder.Services.AddHealthChecks().AddSharedModels();
builder.Services.AddImageDecoding(builder.Configuration.GetSection("ImageDecoder").Bind);
builder.Services.AddSingleton<PixelBudget>().AddSingleton<DecodeGate>().AddSingleton<Admission>();
builder.Services.AddSingleton<IValidateOptions<VisionApiOptions>, VisionApiOptionsValidator>();
builder.Services.AddOptions<VisionApiOptions>().Bind(builder.Configuration.GetSection("VisionApi")).ValidateOnStart();
builder.Services.AddProblemDetails(
    static options => options.CustomizeProblemDetails = static context => ProblemTitles.Humanize(context.ProblemDetails));
builder.Services.AddExceptionHandler<ProblemExceptionHandler>().AddModelLeaseProblems();
builder.Services.ConfigureHttpJsonOptions(
    static options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, VisionApiJson.Default));

var app = builder.Build();
app.UseExceptionHandler();
app.UseStatusCodePages();
app.UseDefaultFiles();
app.UseStaticFiles(new StaticFileOptions { OnPrepareResponse = static file => file.Context.Response.Headers.CacheControl = "no-cache" });
app.MapDetection();
app.MapQrCodes();
app.MapSharedModelsHealth();
app.MapSharedModelsDashboard();

// The sample has no users. Everyone who can reach it can use, preload and evict the models.
app.MapSharedModels("/v1/models", static options => options.AllowAnonymousControl = true);

try
{
    await app.RunAsync();
    return 0;
}
catch (Exception wrong) when (wrong is OptionsValidationException or IOException)
{
    // A setting is invalid, or the address is already in use.
    await Console.Error.WriteLineAsync($"VisionApi cannot start: {wrong.Message}");
    return 1;
}
