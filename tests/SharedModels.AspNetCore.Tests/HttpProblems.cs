using System.Globalization;
using System.Net;
using System.Text.Json;

namespace SharedModels.AspNetCore.Tests;

internal static class HttpProblems
{
    /// <summary>Sends a request that is answered with a problem, which must be complete and readable.</summary>
    /// <param name="fixture">The application.</param>
    /// <param name="path">The address.</param>
    /// <param name="status">The expected status.</param>
    /// <param name="title">The expected title.</param>
    /// <param name="model">The expected model.</param>
    /// <param name="device">The expected device.</param>
    /// <param name="queueLength">The expected length of the queue.</param>
    /// <param name="retryAfter">The expected header in seconds: 0 for none, <see langword="null"/> for any.</param>
    /// <param name="isPost"><see langword="true"/> to send a POST.</param>
    /// <returns>The problem's detail.</returns>
    public static async Task<string> ExpectProblemAsync(
        this WebFixture fixture, string path, HttpStatusCode status, string title, string? model, string? device, int queueLength = 0,
        int? retryAfter = null, bool isPost = false)
    {
        using var response = isPost ? await fixture.Client.PostAsync(path, null) : await fixture.Client.GetAsync(path);
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(status == response.StatusCode, $"{response.StatusCode}: {body}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.DoesNotContain("   at ", body, StringComparison.Ordinal);
        var problem = JsonSerializer.Deserialize<JsonElement>(body);
        Assert.Equal(((int)status, title), (problem.GetProperty("status").GetInt32(), problem.GetProperty("title").GetString()));
        Assert.Equal((model, device, queueLength), (
            problem.GetProperty("model").GetString(),
            problem.GetProperty("device").GetString(),
            problem.GetProperty("queueLength").GetInt32()));
        var seconds = response.Headers.TryGetValues("Retry-After", out var values)
            ? int.Parse(values.Single(), CultureInfo.InvariantCulture)
            : 0;
        Assert.Equal(status == HttpStatusCode.ServiceUnavailable && retryAfter != 0, seconds >= 1);
        Assert.Equal(retryAfter ?? seconds, seconds);
        return problem.GetProperty("detail").GetString()!;
    }
}
