namespace SharedModels.Tests.Leasing;

// These tests are about the mistakes that these rules report.
#pragma warning disable CA2012, xUnit1031

/// <summary>A request returns a <see cref="ValueTask{TResult}"/>, which is awaited once and never blocked on.</summary>
/// <remarks>While activities have a listener, requests return ordinary tasks, so no other tests run at the same time.</remarks>
[Collection(nameof(ProcessListeners))]
public sealed class MisusedTaskTests
{
    [Fact]
    public async Task A_thread_that_blocks_on_a_waiting_request_gets_an_exception_that_names_the_model()
    {
        await using var fixture = new ManagerFixture();
        fixture.Add("a");
        var held = await fixture.FetchElsewhereAsync("a");
        var awaiter = fixture.FetchAsync("a").GetAwaiter();
        Assert.Equal(
            "The request for 'a' is still waiting, and a thread cannot be blocked until it ends. "
                + "Use await instead of Result or GetResult().",
            Assert.Throws<InvalidOperationException>(() => awaiter.GetResult()).Message);
        held.Dispose();
        await Condition.UntilAsync(() => awaiter.IsCompleted);
        awaiter.GetResult().Dispose();
        Assert.Equal(0, fixture["a"].ActiveLeases);
    }

    [Fact]
    public async Task A_second_await_gets_an_exception_with_the_remedy()
    {
        await using var fixture = new ManagerFixture();
        fixture.Add("a");
        var held = await fixture.FetchElsewhereAsync("a");
        var request = fixture.FetchAsync("a");
        held.Dispose();
        (await request).Dispose();
        Assert.Equal(
            "A request for a lease was awaited twice. Await it once, or convert it with AsTask().",
            (await Assert.ThrowsAsync<InvalidOperationException>(async () => await request)).Message);
    }
}
