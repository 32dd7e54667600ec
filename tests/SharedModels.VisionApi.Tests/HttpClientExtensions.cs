using System.Net;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace SharedModels.VisionApi.Tests;

internal static class HttpClientExtensions
{
    public static async Task<JsonElement> GetJsonAsync(this HttpClient client, string path) =>
        await client.GetFromJsonAsync<JsonElement>(path);

    /// <summary>Posts a form that is answered with 200.</summary>
    public static async Task<JsonElement> PostOkAsync(this HttpClient client, string path, HttpContent content)
    {
        using var response = await client.PostAsync(path, content);
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{response.StatusCode}: {body}");
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        return JsonSerializer.Deserialize<JsonElement>(body);
    }

    /// <summary>Posts content that is answered with a problem, and checks that the problem is readable.</summary>
    public static async Task<JsonElement> PostProblemAsync(this HttpClient client, string path, HttpContent? content, HttpStatusCode status)
    {
        using var response = await client.PostAsync(path, content);
        return await response.ReadProblemAsync(status);
    }

    public static async Task<JsonElement> ReadProblemAsync(this HttpResponseMessage response, HttpStatusCode status)
    {
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(status == response.StatusCode, $"{response.StatusCode}: {body}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonSerializer.Deserialize<JsonElement>(body);
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        Assert.Contains(" ", problem.Text("title"), StringComparison.Ordinal);
        return problem;
    }

    /// <summary>Requests the models until they are in the state that a test expects.</summary>
    public static async Task<JsonElement> WaitForModelsAsync(
        this HttpClient client, Func<JsonElement, bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        JsonElement models = default;
        await Condition.UntilAsync(async () => condition(models = await client.GetJsonAsync("/v1/models")), what: what);
        return models;
    }

    public static int QueueLength(this JsonElement models) =>
        models.GetProperty("devices").EnumerateArray().Sum(device => device.GetProperty("queueLength").GetInt32());

    public static int Leases(this JsonElement models) =>
        models.GetProperty("models").EnumerateArray().Sum(model => model.GetProperty("leases").GetInt32());

    public static string Text(this JsonElement element, string property) => element.GetProperty(property).GetString()!;
}
