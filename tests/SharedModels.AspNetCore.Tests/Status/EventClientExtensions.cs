namespace SharedModels.AspNetCore.Tests.Status;

internal static class EventClientExtensions
{
    public static async Task<EventClient> OpenEventsAsync(this WebFixture fixture, string? known = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/sharedmodels/events");
        if (known is not null)
            request.Headers.TryAddWithoutValidation("Last-Event-ID", known);
        var response = await fixture.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        return new(fixture, response, await response.Content.ReadAsStreamAsync());
    }
}
