using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;

namespace SharedModels.Throughput.Tests;

/// <summary>The endpoints of the sample, with runs that take no time.</summary>
public sealed class ThroughputTests : IAsyncDisposable
{
    private const string Id = "sentiment";
    private const string Model = $"SharedModels:Models:{Id}:";
    private const string Text = "text=a+lovely+day";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();
    private readonly WebApplicationFactory<Program> _application;
    private readonly HttpClient _client;

    public ThroughputTests()
    {
        File.WriteAllText(PathOf("words.txt"), "lovely\n");
        File.WriteAllText(PathOf("more-words.txt"), "lovely\nday\n");
        _application = new WebApplicationFactory<Program>().WithWebHostBuilder(host => host
            .UseContentRoot(_folder.FullName)
            .UseSetting(Model + "Words", "words.txt")
            .UseSetting(Model + "RunTime", "00:00:00"));
        _client = _application.CreateClient();
    }

    [Fact]
    public async Task A_text_is_scored() => Assert.Equal((0.33, 1), await ScoreAsync("/score"));

    [Fact]
    public async Task Each_word_is_an_event()
    {
        var events = await _client.GetStringAsync(new Uri($"/words?{Text}", UriKind.Relative));
        Assert.Equal(
            [0.0, 1.0, 0.0],
            events.Split('\n')
                .Where(static line => line.StartsWith("data: ", StringComparison.Ordinal))
                .Select(static line => JsonDocument.Parse(line["data: ".Length..]).RootElement.GetProperty("value").GetDouble()));
    }

    [Fact]
    public async Task A_changed_file_is_used_after_a_reload()
    {
        Assert.Equal(0.33, (await ScoreAsync("/score")).Value);
        File.Copy(PathOf("more-words.txt"), PathOf("words.txt"), overwrite: true);
        Assert.Equal(0.33, (await ScoreAsync("/score")).Value);
        (await _client.PostAsync(new Uri("/reload", UriKind.Relative), content: null)).EnsureSuccessStatusCode();
        Assert.Equal(0.67, (await ScoreAsync("/score")).Value);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _application.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private string PathOf(string file) => Path.Combine(_folder.FullName, file);

    private async Task<(double Value, int Texts)> ScoreAsync(string path)
    {
        var score = await _client.GetFromJsonAsync<JsonElement>($"{path}?{Text}");
        return (score.GetProperty("value").GetDouble(), score.GetProperty("texts").GetInt32());
    }
}
