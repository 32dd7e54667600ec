using Search;
using SharedModels;
using SharedModels.OnnxRuntime;

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
        .AddEmbeddingGenerator<TextEmbeddingModel>(model.Id, (loaded, texts, ct) => loaded.InvokeBatch(texts, ct));
}

builder.Services.AddHealthChecks().AddSharedModels();
builder.Services.AddModelLeaseProblems();
builder.Services.AddSingleton<TextIndex>();

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
    return Results.Ok(new SearchAnswer(chosen.Id, hits, [.. manager.GetSnapshot().Models.Select(ModelState.Of)]));
});
app.MapSharedModelsHealth();
app.MapSharedModelsDashboard();
app.MapSharedModels();
app.Run();
