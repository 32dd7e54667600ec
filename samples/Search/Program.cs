using Search;
using SharedModels;
using SharedModels.OnnxRuntime;
using SharedModels.Vision.Imaging;

// The sample uses the image decoder of the library, but not its models.
[assembly: ExcludeSharedModels("SharedModels.Vision")]

var builder = WebApplication.CreateBuilder(new WebApplicationOptions
{
    Args = args,
    ContentRootPath = AppContext.BaseDirectory,
});
var models = builder.Services.AddSharedModels(builder.Configuration.GetSection("SharedModels"));
foreach (var model in TextModel.All)
{
    models
        .AddTextEmbeddingModel(model.Id, options => options.Path = model.Unpack(Path.Combine(AppContext.BaseDirectory, "models")))
        .AddEmbeddingGenerator<TextEmbeddingModel>(model.Id);
}

models.AddOnnxModel(
    ImageIndex.ModelId,
    static options => options.Path = Path.Combine("DnnImageModels", "ResNet18Onnx", "ResNet18.onnx"));
builder.Services.AddImageDecoding();
builder.Services.AddHealthChecks().AddSharedModels();
builder.Services.AddModelLeaseProblems();
builder.Services.AddSingleton<TextIndex>();
builder.Services.AddSingleton<ImageIndex>();

var app = builder.Build();
app.UseExceptionHandler();
app.UseDefaultFiles();
app.UseStaticFiles();
app.MapGet("/search", async (string? query, string? model, TextIndex index, ISharedModelManager manager, CancellationToken ct) =>
{
    var chosen = TextModel.All.FirstOrDefault(candidate => candidate.Id == (model ?? TextModel.All[0].Id));
    if (string.IsNullOrWhiteSpace(query) || query.Length > 500 || chosen is null)
        return Results.Problem(
            "'query' must have 1 to 500 characters, and 'model' must be "
            + $"{string.Join(" or ", TextModel.All.Select(static known => known.Id))}.",
            statusCode: StatusCodes.Status400BadRequest);
    var hits = await index.SearchAsync(query, chosen, ct);
    return Results.Ok(Answer(chosen.Id, hits, manager));
});
app.MapGet("/images", static (ImageIndex index) => index.Names);
app.MapGet("/similar", async (string image, ImageIndex index, ISharedModelManager manager, CancellationToken ct) =>
    await index.ReadAsync(image, ct) is { } encoded
        ? Results.Ok(Answer(ImageIndex.ModelId, await index.SearchAsync(encoded, ct), manager))
        : Results.Problem($"There is no image '{image}'. GET /images lists the names.", statusCode: StatusCodes.Status404NotFound));
app.MapPost("/similar", async (HttpRequest request, ImageIndex index, ISharedModelManager manager, CancellationToken ct) =>
{
    using var body = new MemoryStream();
    await request.Body.CopyToAsync(body, ct);
    try
    {
        return Results.Ok(Answer(ImageIndex.ModelId, await index.SearchAsync(body.ToArray(), ct), manager));
    }
    catch (ImageFormatException exception)
    {
        return Results.Problem(exception.Message, statusCode: StatusCodes.Status400BadRequest);
    }
});
app.MapSharedModelsHealth();
app.MapSharedModelsDashboard();
app.MapSharedModels();
app.Run();

static SearchAnswer<THit> Answer<THit>(string model, IReadOnlyList<THit> hits, ISharedModelManager manager) =>
    new(model, hits, [.. manager.GetSnapshot().Models.Select(ModelState.Of)]);
