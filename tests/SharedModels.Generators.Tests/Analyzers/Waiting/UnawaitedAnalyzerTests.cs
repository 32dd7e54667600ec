using SharedModels.Generators.Analyzers.Waiting;

namespace SharedModels.Generators.Tests.Analyzers.Waiting;

public sealed class UnawaitedAnalyzerTests
{
    [Theory]
    [InlineData("[|lease.AcquireAsync(ct)|];")]
    [InlineData("_ = [|lease.AcquireAsync(ct)|];")]
    [InlineData("_ = [|lease.AcquireAsync(ct)|].AsTask();")]
    [InlineData("[|lease.AcquireAsync(ct)|].ConfigureAwait(false);")]
    [InlineData("lease?[|.AcquireAsync(ct)|];")]
    [InlineData("[|manager.FetchModelAsync<Owl>(ct)|];")]
    [InlineData("[|manager.FetchOwlAsync(ct)|];")]
    [InlineData("_ = [|manager.FetchOwlAsync(new AcquireOptions(), ct)|];")]
    [InlineData("[|manager.AcquireAllAsync([lease], ct)|];")]
    [InlineData("[|scope.AcquireAllAsync()|];")]
    [InlineData("_ = [|scope.AcquireAllAsync(new AcquireOptions(), ct)|];")]
    [InlineData("[|manager.PreloadAsync(\"owl\", ct)|];")]
    [InlineData("[|lease.InvokeAsync(owl => owl.Detect(), ct)|];")]
    [InlineData("var task = [|lease.AcquireAsync(ct)|];")]
    [InlineData("Action later = () => [|lease.AcquireAsync()|]; later();")]
    public Task An_acquisition_that_is_not_awaited_is_reported(string body) =>
        Source.AssertReportsAsync(new UnawaitedAnalyzer(), "SHM013", InMethod(body));

    [Theory]
    [InlineData("await lease.AcquireAsync(ct);")]
    [InlineData("await lease.AcquireAsync(ct).ConfigureAwait(false);")]
    [InlineData("var task = lease.AcquireAsync(ct); await task;")]
    [InlineData("Task task; task = lease.AcquireAsync(ct).AsTask(); await task;")]
    [InlineData("await Task.WhenAll(lease.AcquireAsync(ct).AsTask(), Task.Delay(1));")]
    [InlineData("await scope.AcquireAllAsync();")]
    [InlineData("await using var owl = await manager.FetchOwlAsync(ct);")]
    [InlineData("_ = lease.TryAcquire();")]
    [InlineData("_ = manager.PreloadAsync(\"owl\", ct);")]
    [InlineData("_ = lease.InvokeAsync(owl => owl.Detect(), ct);")]
    [InlineData("Func<ValueTask> later = () => lease.AcquireAsync(); await later();")]
    [InlineData("ValueTask Later() => lease.AcquireAsync(); await Later();")]
    public Task An_acquisition_that_is_awaited_returned_or_stored_is_not_reported(string body) =>
        Source.AssertQuietAsync(new UnawaitedAnalyzer(), InMethod(body));

    private static string InMethod(string body) =>
        $"#pragma warning disable CS4014\nclass C {{ async Task M(IModelLease<Owl> lease, ISharedModelManager manager, "
        + $"IModelLeaseScope scope, CancellationToken ct) {{ await Task.Yield(); {body} }} }}";
}
