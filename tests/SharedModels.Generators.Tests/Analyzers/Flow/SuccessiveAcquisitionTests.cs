using SharedModels.Generators.Analyzers.Flow;

namespace SharedModels.Generators.Tests.Analyzers.Flow;

public sealed class SuccessiveAcquisitionTests
{
    [Theory]
    [InlineData("await a.AcquireAsync(ct); await [|b.AcquireAsync(ct)|];")]
    [InlineData("await a.AcquireAsync(ct).ConfigureAwait(false); a.Model.Detect(); await [|b.AcquireAsync(ct)|].ConfigureAwait(false);")]
    [InlineData("await using var held = a; await a.AcquireAsync(ct); await [|b.AcquireAsync(ct)|];")]
    [InlineData("await a.AcquireAsync(ct); if (flag) await [|b.AcquireAsync(ct)|];")]
    [InlineData(
        "await using var x = await manager.FetchModelAsync<Owl>(ct); await using var y = await [|manager.FetchModelAsync<Reader>(ct)|];")]
    [InlineData(
        "await using (var x = await manager.FetchModelAsync<Owl>(ct)) { await using var y = await "
        + "[|manager.FetchModelAsync<Reader>(ct)|]; }")]
    [InlineData("await a.AcquireAsync(ct); await using var y = await [|manager.FetchModelAsync<Reader>(ct)|];")]
    [InlineData("await using var x = await manager.FetchModelAsync<Owl>(ct); await [|b.AcquireAsync(ct)|];")]
    [InlineData("await using var x = await manager.FetchOwlAsync(ct); await using var y = await [|manager.FetchReaderAsync(ct)|];")]
    [InlineData("if (!a.TryAcquire()) return; await [|b.AcquireAsync(ct)|];")]
    [InlineData("if (a.TryAcquire()) { await [|b.AcquireAsync(ct)|]; }")]
    [InlineData("await leases.Owl.AcquireAsync(ct); await [|leases.Reader.AcquireAsync(ct)|];")]
    [InlineData("await Task.WhenAll(a.AcquireAsync(ct).AsTask(), [|b.AcquireAsync(ct)|].AsTask());")]
    [InlineData("Func<Task> later = async () => { await a.AcquireAsync(ct); await [|b.AcquireAsync(ct)|]; }; await later();")]
    public Task Waiting_for_a_model_while_another_is_held_is_reported(string body) =>
        Source.AssertReportsAsync(new LeaseFlowAnalyzer(), "SHM014", InMethod(body));

    [Theory]
    [InlineData("await manager.AcquireAllAsync([a, b], ct);")]
    [InlineData("await a.AcquireAsync(ct); await a.AcquireAsync(ct);")]
    [InlineData("var again = a; await a.AcquireAsync(ct); await again.AcquireAsync(ct);")]
    [InlineData("await a.AcquireAsync(ct); a.Dispose(); await b.AcquireAsync(ct);")]
    [InlineData("await a.AcquireAsync(ct); await a.DisposeAsync(); await b.AcquireAsync(ct);")]
    [InlineData("if (flag) await a.AcquireAsync(ct); else await b.AcquireAsync(ct);")]
    [InlineData("if (flag) { await a.AcquireAsync(ct); return; } await b.AcquireAsync(ct);")]
    [InlineData("await (flag ? a.AcquireAsync(ct) : b.AcquireAsync(ct));")]
    [InlineData(
        "await using (var x = await manager.FetchModelAsync<Owl>(ct)) { } await using var y = await manager.FetchModelAsync<Reader>(ct);")]
    [InlineData(
        "{ await using var x = await manager.FetchModelAsync<Owl>(ct); } { await using var y = await manager.FetchModelAsync<Reader>(ct); "
        + "}")]
    [InlineData("{ await using var held = a; await a.AcquireAsync(ct); } await b.AcquireAsync(ct);")]
    [InlineData("try { await a.AcquireAsync(ct); } finally { a.Dispose(); } await b.AcquireAsync(ct);")]
    [InlineData("try { await a.AcquireAsync(ct); } catch (LeaseRejectedException) { await b.AcquireAsync(ct); }")]
    [InlineData("while (flag) { await using var x = await manager.FetchModelAsync<Owl>(ct); }")]
    [InlineData("await a.AcquireAsync(ct); var waiting = b.AcquireAsync(ct); a.Dispose(); await waiting;")]
    [InlineData(
        "try { Func<Task> later = async () => { try { await a.AcquireAsync(ct); } finally { a.Dispose(); } }; await later(); } finally { "
        + "b.Dispose(); }")]
    [InlineData("if (!a.TryAcquire()) await b.AcquireAsync(ct);")]
    [InlineData("await a.AcquireAsync(ct); if (!b.TryAcquire()) return;")]
    [InlineData("await a.AcquireAsync(ct); Release(a); await b.AcquireAsync(ct);")]
    [InlineData("await manager.AcquireAllAsync([a, b], ct); await a.AcquireAsync(ct);")]
    [InlineData(
        "await Task.WhenAll(One(), Two()); async Task One() { await a.AcquireAsync(ct); } async Task Two() { await b.AcquireAsync(ct); }")]
    public Task Acquiring_models_together_or_separately_is_not_reported(string body) =>
        Source.AssertQuietAsync(new LeaseFlowAnalyzer(), InMethod(body));

    [Fact]
    public async Task The_message_names_both_models() => Assert.StartsWith(
        "'b' waits for a model while 'a' is held",
        await Source.ReadMessageAsync(
            new LeaseFlowAnalyzer(), "SHM014", InMethod("await a.AcquireAsync(ct); await [|b.AcquireAsync(ct)|];")),
        StringComparison.Ordinal);

    private static string InMethod(string body) =>
        $"class C {{ void Release(IModelLease lease) {{ }} async Task M(bool flag, IModelLease<Owl> a, IModelLease<Reader> b, ModelLeases "
        + $"leases, ISharedModelManager manager, CancellationToken ct) {{ await Task.Yield(); {body} }} }}";
}
