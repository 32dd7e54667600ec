using System.Globalization;
using System.Net;
using System.Text.Json;

namespace SharedModels.AspNetCore.Tests;

internal static class HttpProblems
{
    /// <summary>Asks for what is answered with a problem, which must be complete and for people.</summary>
    /// <returns>The problem's detail.</returns>
    public static async Task<string> ExpectProblemAsync(
        this WebFixture fixture, string path, HttpStatusCode status, string title, string? model, string? device, int queueLength = 0, int? retryAfter = null, bool isPost = false)
    {
        using var response = isPost ? await fixture.Client.PostAsync(path, null) : await fixture.Client.GetAsync(path);
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(status == response.StatusCode, $"{response.StatusCode}: {body}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.DoesNotContain("   at ", body, StringComparison.Ordinal);
        var problem = JsonSerializer.Deserialize<JsonElement>(body);
        Assert.Equal(((int)status, title), (problem.GetProperty("status").GetInt32(), problem.GetProperty("title").GetString()));
        Assert.Equal((model, device, queueLength), (problem.GetProperty("model").GetString(), problem.GetProperty("device").GetString(), problem.GetProperty("queueLength").GetInt32()));
        var seconds = response.Headers.TryGetValues("Retry-After", out var values) ? int.Parse(values.Single(), CultureInfo.InvariantCulture) : 0;
        Assert.Equal(status == HttpStatusCode.ServiceUnavailable, seconds >= 1);
        Assert.Equal(retryAfter ?? seconds, seconds);
        return problem.GetProperty("detail").GetString()!;
    }
}
