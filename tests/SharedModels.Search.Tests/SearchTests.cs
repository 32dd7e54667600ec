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
    public async Task Only_one_text_model_is_in_memory_and_a_change_swaps_them()
    {
        var loads = new List<long>();
        foreach (var model in (string[])["minilm", "arctic", "minilm", "arctic"])
        {
            var states = (await SearchAsync("coffee", model)).Models.Where(static state => state.Id != "resnet18").ToList();
            Assert.Equal(model, Assert.Single(states, static state => state.IsLoaded).Id);
            loads.Add(states.Sum(static state => state.Loads));
        }

        Assert.Equal([0, 1, 2, 3], loads.Select(count => count - loads[0]));
    }

    [Theory]
    [InlineData("lake-at-dawn", "lake-")]
    [InlineData("red-dahlia", "dahlia|daisy|aster|cosmos")]
    [InlineData("skyline-at-dusk", "harbor|towers|skyline|downtown")]
    [InlineData("lemons", "oranges|apples|lemons|plums")]
    public async Task An_image_finds_itself_and_images_of_the_same_kind(string image, string kind)
    {
        var answer = (await _client.GetFromJsonAsync<SearchAnswer<ImageHit>>($"/similar?image={image}"))!;
        Assert.Equal((image, 5), (answer.Hits[0].Name, answer.Hits.Count));
        Assert.InRange(answer.Hits[0].Score, 0.9999f, 1.0001f);
        Assert.All(answer.Hits.Take(4), hit => Assert.Matches(kind, hit.Name));
        Assert.True(answer.Models.Single(static state => state.Id == "resnet18").IsLoaded);
    }

    [Fact]
    public async Task An_uploaded_image_is_compared_too()
    {
        var image = await _client.GetByteArrayAsync(new Uri("/images/plums.jpg", UriKind.Relative));
        var response = await _client.PostAsync(new Uri("/similar", UriKind.Relative), new ByteArrayContent(image));
        var answer = (await response.Content.ReadFromJsonAsync<SearchAnswer<ImageHit>>())!;
        Assert.Equal("plums", answer.Hits[0].Name);
    }

    [Fact]
    public async Task All_three_models_are_used_and_two_of_them_fit()
    {
        await SearchAsync("coffee", "minilm");
        var answer = (await _client.GetFromJsonAsync<SearchAnswer<ImageHit>>("/similar?image=plums"))!;
        Assert.Equal(["arctic", "minilm", "resnet18"], answer.Models.Select(static state => state.Id));
        Assert.Equal(["minilm", "resnet18"], answer.Models.Where(static state => state.IsLoaded).Select(static state => state.Id));
    }

    [Fact]
    public async Task Images_that_cannot_be_read_are_explained()
    {
        var unknown = await _client.GetAsync($"/similar?image={Uri.EscapeDataString("../images/plums")}");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        var text = await _client.PostAsync(new Uri("/similar", UriKind.Relative), new StringContent("no image"));
        Assert.Equal(HttpStatusCode.BadRequest, text.StatusCode);
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
    [InlineData("/images")]
    [InlineData("/images/lemons.jpg")]
    [InlineData("/search.js")]
    [InlineData("/models")]
    [InlineData("/sharedmodels")]
    [InlineData("/health/ready")]
    public async Task The_pages_answer(string address) => Assert.Equal(HttpStatusCode.OK, (await _client.GetAsync(address)).StatusCode);

    private async Task<SearchAnswer<SearchHit>> SearchAsync(string query, string model) =>
        (await _client.GetFromJsonAsync<SearchAnswer<SearchHit>>($"/search?query={Uri.EscapeDataString(query)}&model={model}"))!;
}
