using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Mvc.Testing;
using Search;

namespace SharedModels.Search.Tests;

/// <summary>The sample with its real models.</summary>
public sealed class SearchTests(WebApplicationFactory<Program> application) : IClassFixture<WebApplicationFactory<Program>>
{
    private readonly HttpClient _client = application.CreateClient();

    [Theory]
    [InlineData("minilm", "my loaf does not rise", "Bread without a machine")]
    [InlineData("arctic", "how do I bake a loaf at home", "Bread without a machine")]
    [InlineData("minilm", "I cannot sign in", "Locked out of your account")]
    [InlineData("arctic", "which way is north at night", "Finding the north star")]
    public async Task A_question_finds_the_text_that_answers_it(string model, string question, string title)
    {
        var answer = await SearchAsync(question, model);
        Assert.Equal((model, 5, title), (answer.Model, answer.Hits.Count, answer.Hits[0].Title));
        Assert.Equal(answer.Hits.OrderByDescending(static hit => hit.Score), answer.Hits);
        Assert.All(answer.Hits, static hit => Assert.InRange(hit.Score, -1, 1.0001f));
    }

    [Fact]
    public async Task Only_one_model_is_in_memory_and_a_change_swaps_them()
    {
        var loads = new List<long>();
        foreach (var model in (string[])["minilm", "arctic", "minilm", "arctic"])
        {
            var states = (await SearchAsync("coffee", model)).Models;
            Assert.Equal(model, Assert.Single(states, static state => state.IsLoaded).Id);
            loads.Add(states.Sum(static state => state.Loads));
        }

        Assert.Equal([0, 1, 2, 3], loads.Select(count => count - loads[0]));
    }

    [Theory]
    [InlineData("/search")]
    [InlineData("/search?query=%20")]
    [InlineData("/search?query=coffee&model=unknown")]
    public async Task Invalid_requests_are_explained(string address)
    {
        var response = await _client.GetAsync(address);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("'model' must be minilm or arctic", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/style.css")]
    [InlineData("/search.js")]
    [InlineData("/models")]
    [InlineData("/sharedmodels")]
    [InlineData("/health/ready")]
    public async Task The_pages_answer(string address) => Assert.Equal(HttpStatusCode.OK, (await _client.GetAsync(address)).StatusCode);

    private async Task<SearchAnswer> SearchAsync(string query, string model) =>
        (await _client.GetFromJsonAsync<SearchAnswer>($"/search?query={Uri.EscapeDataString(query)}&model={model}"))!;
}
