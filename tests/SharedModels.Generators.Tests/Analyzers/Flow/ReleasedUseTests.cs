using SharedModels.Generators.Analyzers.Flow;

namespace SharedModels.Generators.Tests.Analyzers.Flow;

public sealed class ReleasedUseTests
{
    [Theory]
    [InlineData("await lease.AcquireAsync(ct); lease.Dispose(); [|lease.Model|].Detect();")]
    [InlineData("await lease.AcquireAsync(ct); await lease.DisposeAsync(); await [|lease.InvokeAsync(owl => owl.Detect(), ct)|];")]
    [InlineData("{ await using var held = lease; await lease.AcquireAsync(ct); } [|lease.Model|].Detect();")]
    [InlineData("var own = await manager.FetchOwlAsync(ct); own.Dispose(); [|own.Model|].Detect();")]
    [InlineData("if (flag) lease.Dispose(); else await lease.DisposeAsync(); [|lease.Model|].Detect();")]
    [InlineData("try { await lease.AcquireAsync(ct); } finally { lease.Dispose(); } [|lease.Model|].Detect();")]
    public Task A_use_after_the_release_is_reported(string body) =>
        Source.AssertReportsAsync(new LeaseFlowAnalyzer(), "SHM026", InMethod(body));

    [Theory]
    [InlineData("await lease.AcquireAsync(ct); lease.Model.Detect(); lease.Dispose();")]
    [InlineData("await lease.AcquireAsync(ct); lease.Dispose(); await lease.AcquireAsync(ct); lease.Model.Detect();")]
    [InlineData("await lease.AcquireAsync(ct); if (flag) lease.Dispose(); else lease.Model.Detect();")]
    [InlineData("await lease.AcquireAsync(ct); if (flag) { lease.Dispose(); return; } lease.Model.Detect();")]
    [InlineData("lease.Dispose(); await manager.AcquireAllAsync([lease], ct); lease.Model.Detect();")]
    [InlineData("lease.Dispose(); lease = await manager.FetchOwlAsync(ct); lease.Model.Detect();")]
    [InlineData("await using var own = await manager.FetchOwlAsync(ct); own.Model.Detect();")]
    [InlineData("while (flag) { await using var own = await manager.FetchOwlAsync(ct); own.Model.Detect(); }")]
    [InlineData("try { await lease.AcquireAsync(ct); lease.Model.Detect(); } finally { lease.Dispose(); }")]
    [InlineData("try { await lease.AcquireAsync(ct); } finally { if (flag) lease.Dispose(); } lease.Model.Detect();")]
    [InlineData("lease.Dispose(); if (lease.TryAcquire()) lease.Model.Detect();")]
    public Task Another_use_is_not_reported(string body) => Source.AssertQuietAsync(new LeaseFlowAnalyzer(), InMethod(body));

    [Theory]
    [InlineData("await using var own = await manager.FetchOwlAsync(ct); return [|own.StreamAsync((owl, t) => Stream(t))|];")]
    [InlineData("using var own = await manager.FetchOwlAsync(ct); return Wrap([|own.StreamAsync((owl, t) => Stream(t))|]);")]
    [InlineData("try { await lease.AcquireAsync(ct); return [|lease.StreamAsync((owl, t) => Stream(t))|]; } finally { lease.Dispose(); }")]
    public Task A_stream_that_is_returned_after_the_release_is_reported(string body) =>
        Source.AssertReportsAsync(new LeaseFlowAnalyzer(), "SHM026", Streaming(body));

    [Theory]
    [InlineData("await lease.AcquireAsync(ct); return lease.StreamAsync((owl, t) => Stream(t));")]
    [InlineData(
        "await using var own = await manager.FetchOwlAsync(ct); await foreach (var n in own.StreamAsync((owl, t) => Stream(t))) { } "
        + "return Stream(ct);")]
    public Task A_stream_of_a_lease_that_is_kept_is_not_reported(string body) =>
        Source.AssertQuietAsync(new LeaseFlowAnalyzer(), Streaming(body));

    private static string Streaming(string body) =>
        "using System.Collections.Generic; class C { static async IAsyncEnumerable<int> Stream(CancellationToken t) { await Task.Yield(); "
        + "yield return 1; } static IAsyncEnumerable<int> Wrap(IAsyncEnumerable<int> items) => items; async Task<IAsyncEnumerable<int>> "
        + $"M(IModelLease<Owl> lease, ISharedModelManager manager, CancellationToken ct) {{ {body} }} }}";

    private static string InMethod(string body) =>
        "class C { async Task M(bool flag, IModelLease<Owl> lease, ISharedModelManager manager, CancellationToken ct) "
        + $"{{ await Task.Yield(); {body} }} }}";
}
