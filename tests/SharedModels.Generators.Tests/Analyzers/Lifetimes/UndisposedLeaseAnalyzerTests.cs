using SharedModels.Generators.Analyzers.Lifetimes;

namespace SharedModels.Generators.Tests.Analyzers.Lifetimes;

public sealed class UndisposedLeaseAnalyzerTests
{
    [Theory]
    [InlineData("var lease = await [|manager.FetchModelAsync<Owl>(ct)|];")]
    [InlineData("var lease = await [|manager.FetchModelAsync<Owl>(ct)|].ConfigureAwait(false); lease.Model.Detect();")]
    [InlineData("IModelLease lease = await [|manager.FetchModelAsync(\"owl\", ct)|]; _ = lease.Device;")]
    [InlineData("await [|manager.FetchModelAsync<Owl>(ct)|];")]
    [InlineData("var lease = await [|manager.FetchOwlAsync(ct)|]; lease.Model.Detect();")]
    [InlineData("(await [|manager.FetchOwlAsync(new AcquireOptions(), ct)|]).Model.Detect();")]
    [InlineData("var lease = await [|SharedModelFetchExtensions.FetchOwlAsync(manager, ct)|];")]
    [InlineData("var lease = await [|manager.FetchModelAsync<Owl>(new AcquireOptions(), ct)|];")]
    [InlineData("_ = await [|manager.FetchModelAsync<Owl>(ct)|];")]
    [InlineData("(await [|manager.FetchModelAsync<Owl>(ct)|]).Model.Detect();")]
    [InlineData("await (await [|manager.FetchModelAsync<Owl>(ct)|]).InvokeAsync(owl => owl.Detect(), ct);")]
    [InlineData(
        "var lease = await [|manager.FetchModelAsync<Owl>(ct)|]; lease?.Model.Detect(); Func<int> later = () => lease!.Model.Detect(); "
        + "later();")]
    public Task A_fetched_lease_that_is_not_disposed_is_reported(string body) =>
        Source.AssertReportsAsync(new UndisposedLeaseAnalyzer(), "SHM015", InMethod(body));

    [Theory]
    [InlineData("await using var lease = await manager.FetchModelAsync<Owl>(ct);")]
    [InlineData("using var lease = await manager.FetchModelAsync<Owl>(ct).ConfigureAwait(false);")]
    [InlineData("await using (var lease = await manager.FetchModelAsync<Owl>(ct)) { }")]
    [InlineData("using (await manager.FetchModelAsync<Owl>(ct)) { }")]
    [InlineData("await using var lease = await manager.FetchOwlAsync(ct);")]
    [InlineData("_lease = await manager.FetchOwlAsync(new AcquireOptions(), ct);")]
    [InlineData("var lease = await Other.FetchOwlAsync(manager);")]
    [InlineData("var lease = await manager.FetchModelAsync<Owl>(ct); await using var held = lease.ConfigureAwait(false);")]
    [InlineData("var lease = await manager.FetchModelAsync<Owl>(ct); await using (lease) { }")]
    [InlineData("var lease = await manager.FetchModelAsync<Owl>(ct); try { lease.Model.Detect(); } finally { lease.Dispose(); }")]
    [InlineData("var lease = await manager.FetchModelAsync<Owl>(ct); await ((IAsyncDisposable)lease).DisposeAsync();")]
    [InlineData("IModelLease? lease = await manager.FetchModelAsync<Owl>(ct); lease?.Dispose();")]
    [InlineData("var lease = await manager.FetchModelAsync<Owl>(ct); GC.KeepAlive(lease);")]
    [InlineData("var lease = await manager.FetchModelAsync<Owl>(ct); _lease = lease;")]
    [InlineData("Func<Task> fails = async () => await manager.FetchModelAsync<Owl>(ct); await fails();")]
    [InlineData("_lease = await manager.FetchModelAsync<Owl>(ct);")]
    [InlineData("var leases = new[] { await manager.FetchModelAsync<Owl>(ct) }; foreach (var lease in leases) lease.Dispose();")]
    public Task A_lease_that_is_disposed_stored_or_passed_on_is_not_reported(string body) =>
        Source.AssertQuietAsync(new UndisposedLeaseAnalyzer(), InMethod(body));

    [Theory]
    [InlineData(
        "async Task<IModelLease<Owl>> M(ISharedModelManager manager) { var lease = await manager.FetchModelAsync<Owl>(); return lease; }")]
    [InlineData("ValueTask<IModelLease<Owl>> M(ISharedModelManager manager) => manager.FetchModelAsync<Owl>();")]
    [InlineData("async Task<IModelLease<Owl>> M(ISharedModelManager manager) => await manager.FetchModelAsync<Owl>();")]
    public Task A_lease_that_is_returned_is_not_reported(string member) =>
        Source.AssertQuietAsync(new UndisposedLeaseAnalyzer(), $"class C {{ {member} }}");

    [Theory]
    [InlineData("var lease = await [|manager.FetchOwlAsync()|]; lease.Model.Detect();")]
    [InlineData("Func<Task> endpoint = async () => { var lease = await [|manager.FetchOwlAsync()|]; lease.Model.Detect(); };")]
    public Task Top_level_statements_are_analyzed(string statements) => Source.AssertReportsAsync(
        new UndisposedLeaseAnalyzer(),
        "SHM015",
        $"using var manager = new SharedModelManager(); {statements}",
        Microsoft.CodeAnalysis.OutputKind.ConsoleApplication);

    private static string InMethod(string body) =>
        $"class C {{ IModelLease<Owl>? _lease; async Task M(ISharedModelManager manager, CancellationToken ct) {{ {body} }} }} "
        + "static class Other { public static ValueTask<IModelLease<Owl>> FetchOwlAsync(ISharedModelManager manager) => default; }";
}
