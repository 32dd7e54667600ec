using SharedModels.Generators.Analyzers.Waiting;

namespace SharedModels.Generators.Tests.Analyzers.Waiting;

public sealed class BlockingAnalyzerTests
{
    [Theory]
    [InlineData("[|lease.AcquireAsync().AsTask().Wait()|];")]
    [InlineData("[|lease.AcquireAsync(ct).GetAwaiter().GetResult()|];")]
    [InlineData("[|lease.AcquireAsync(ct).ConfigureAwait(false).GetAwaiter().GetResult()|];")]
    [InlineData("using var fetched = [|manager.FetchModelAsync<Owl>(ct).Result|];")]
    [InlineData("using var fetched = [|manager.FetchModelAsync<Owl>(ct).AsTask().Result|];")]
    [InlineData("using var fetched = [|manager.FetchOwlAsync(ct).Result|];")]
    [InlineData("using var fetched = [|manager.FetchOwlAsync(new AcquireOptions(), ct).AsTask().GetAwaiter().GetResult()|];")]
    [InlineData("[|manager.AcquireAllAsync([lease], ct).AsTask().Wait(100)|];")]
    [InlineData("[|manager.CreateScope().AcquireAllAsync().AsTask().Wait()|];")]
    [InlineData("[|manager.PreloadAsync(\"owl\").AsTask().Wait(ct)|];")]
    [InlineData("_ = [|lease.InvokeAsync(owl => owl.Detect()).Result|];")]
    [InlineData("var task = lease.AcquireAsync(ct).AsTask(); [|task.Wait()|];")]
    [InlineData("Action later = () => [|lease.AcquireAsync().GetAwaiter().GetResult()|]; later();")]
    [InlineData("void Later() => [|lease.AcquireAsync().AsTask().Wait()|]; Later();")]
    public Task Blocking_a_thread_until_a_model_is_leased_is_reported(string body) =>
        Source.AssertReportsAsync(new BlockingAnalyzer(), "SHM012", InMethod(body));

    [Theory]
    [InlineData("await lease.AcquireAsync(ct);")]
    [InlineData("await lease.AcquireAsync(ct).ConfigureAwait(false);")]
    [InlineData("Task.Delay(1).Wait();")]
    [InlineData("var task = manager.FetchModelAsync<Owl>(ct).AsTask(); await Task.WhenAll(task); using var fetched = task.Result;")]
    [InlineData("var task = manager.FetchModelAsync<Owl>(ct); if (task.IsCompletedSuccessfully) { using var fetched = task.Result; }")]
    [InlineData("_ = lease.ModelId.Length; var result = new { Result = 1 }; _ = result.Result;")]
    [InlineData("await lease.AcquireAsync(ct).AsTask().WaitAsync(ct);")]
    public Task Awaiting_and_reading_available_results_are_not_reported(string body) =>
        Source.AssertQuietAsync(new BlockingAnalyzer(), InMethod(body));

    [Theory]
    [InlineData("using var lease = [|manager.FetchOwlAsync().Result|];")]
    [InlineData("var task = manager.FetchOwlAsync().AsTask(); [|task.Wait()|];")]
    [InlineData("Action endpoint = () => { using var lease = [|manager.FetchOwlAsync().Result|]; };")]
    public Task Top_level_statements_are_analyzed(string statements) => Source.AssertReportsAsync(
        new BlockingAnalyzer(),
        "SHM012",
        $"using var manager = new SharedModelManager(); {statements}",
        Microsoft.CodeAnalysis.OutputKind.ConsoleApplication);

    [Fact]
    public async Task The_message_names_the_blocking_call_and_the_method() => Assert.Equal(
        "'.Wait()' blocks a thread that other code may need to release the device for which 'AcquireAsync' waits; await it instead",
        await Source.ReadMessageAsync(new BlockingAnalyzer(), "SHM012", InMethod("[|lease.AcquireAsync().AsTask().Wait()|];")));

    [Fact]
    public Task A_lease_of_a_type_parameter_is_reported() => Source.AssertReportsAsync(
        new BlockingAnalyzer(),
        "SHM012",
        "class C { void M<TLease, T>(TLease lease, IModelLease<T> other) where TLease : IModelLease where T : class { "
        + "[|lease.AcquireAsync().AsTask().Wait()|]; [|other.AcquireAsync().AsTask().Wait()|]; } }");

    private static string InMethod(string body) =>
        $"class C {{ async Task M(IModelLease<Owl> lease, ISharedModelManager manager, CancellationToken ct) {{ await Task.Yield(); {body} "
        + $"}} }}";
}
