using Microsoft.CodeAnalysis;
using SharedModels.CodeFixes;
using SharedModels.Generators.Analyzers.Waiting;
using SharedModels.Generators.Tests.Analyzers.Fixes;

namespace SharedModels.Generators.Tests.Analyzers.Waiting;

public sealed class AsynchronousUseAnalyzerTests
{
    [Theory]
    [InlineData("await lease.InvokeAsync([|net => net.RunAsync()|], ct);")]
    [InlineData("await lease.InvokeAsync([|async net => await net.RunAsync()|], ct);")]
    [InlineData("await lease.InvokeAsync([|async net => { await net.RunAsync(); }|], ct);")]
    [InlineData("var x = await await lease.InvokeAsync([|net => net.CountAsync()|], ct);")]
    [InlineData("await lease.InvokeAsync([|net => net.FastAsync()|]);")]
    [InlineData("await lease.InvokeAsync([|net => net.Stream()|]);")]
    [InlineData("await lease.InvokeAsync([|Run|]); static Task Run(Net net) => net.RunAsync();")]
    [InlineData("await lease.InvokeAsync(cancellationToken: ct, use: [|net => net.RunAsync()|]);")]
    [InlineData("await lease.InvokeAsync([|(Action<Net>)(async net => await net.RunAsync())|]);")]
    [InlineData("await lease.InvokeAsync([|Run|]); static async void Run(Net net) => await net.RunAsync();")]
    [InlineData("await lease.InvokeAsync([|net => { net.RunAsync(); }|]);")]
    [InlineData("await lease.InvokeAsync([|net => { _ = net.CountAsync(); }|]);")]
    [InlineData("await lease.InvokeAsync([|(net, _) => { net.RunAsync(); return Task.CompletedTask; }|], ct);")]
    [InlineData("await lease.InvokeAsync([|async (net, ct) => { _ = net.CountAsync(); await net.RunAsync(); }|], ct);")]
    [InlineData("await lease.InvokeAsync([|(net, _) => Task.FromResult(net.Stream())|], ct);")]
    public Task Code_that_continues_is_reported(string body) =>
        Source.AssertReportsAsync(new AsynchronousUseAnalyzer(), "SHM025", InMethod(body));

    [Theory]
    [InlineData("await lease.InvokeAsync(net => net.Count(), ct);")]
    [InlineData("await lease.InvokeAsync(net => { net.Count(); }, ct);")]
    [InlineData("await lease.InvokeAsync(net => net.CountAsync().Result, ct);")]
    [InlineData("await lease.InvokeAsync(net => { net.RunAsync().Wait(); }, ct);")]
    [InlineData("await lease.InvokeAsync(net => { _ = Task.Run(() => Console.WriteLine()); }, ct);")]
    [InlineData("await lease.InvokeAsync(net => { Func<Task> later = () => net.RunAsync(); later().Wait(); }, ct);")]
    [InlineData("await lease.InvokeAsync((net, ct) => net.RunAsync(), ct);")]
    [InlineData("await lease.InvokeAsync(async (net, ct) => await net.RunAsync(), ct);")]
    [InlineData("await lease.InvokeAsync(async (net, _) => { await net.RunAsync(); }, ct);")]
    [InlineData("var x = await lease.InvokeAsync((net, _) => net.CountAsync());")]
    [InlineData("await lease.InvokeAsync(async (net, _) => await net.FastAsync());")]
    [InlineData("await lease.InvokeAsync(Run); static async Task Run(Net net, CancellationToken ct) => await net.RunAsync();")]
    [InlineData("await lease.InvokeAsync((_, _) => throw new NotSupportedException());")]
    [InlineData("await foreach (var item in lease.StreamAsync((net, _) => net.Stream())) { }")]
    [InlineData("await lease.Model.RunAsync();")]
    [InlineData("await new Other().InvokeAsync(net => net.RunAsync());")]
    public Task Code_that_has_finished_is_not_reported(string body) =>
        Source.AssertQuietAsync(new AsynchronousUseAnalyzer(), InMethod(body));

    [Fact]
    public Task Top_level_statements_are_analyzed() => Source.AssertReportsAsync(
        new AsynchronousUseAnalyzer(),
        "SHM025",
        "Delegate endpoint = async (IModelLease<Net> lease) => await lease.InvokeAsync([|net => net.RunAsync()|]);" + Types,
        OutputKind.ConsoleApplication);

    [Fact]
    public async Task The_message_names_the_reason_and_the_lease() => Assert.Equal(
        "The lease does not wait for this code, which returns a Task and could use the model after the lease has ended; use "
        + "lease.InvokeAsync(async (model, cancellationToken) => ...)",
        await Source.ReadMessageAsync(
            new AsynchronousUseAnalyzer(), "SHM025", InMethod("await lease.InvokeAsync([|net => net.RunAsync()|]);")));

    [Fact]
    public async Task The_message_about_a_stream_names_the_method_for_streams() => Assert.Equal(
        "The lease does not wait for this code, which returns an IAsyncEnumerable and could use the model after the lease has ended; use "
        + "lease.StreamAsync((model, cancellationToken) => ...)",
        await Source.ReadMessageAsync(
            new AsynchronousUseAnalyzer(), "SHM025", InMethod("await lease.InvokeAsync([|net => net.Stream()|]);")));

    [Theory]
    [InlineData(
        "await lease.InvokeAsync([|net => net.RunAsync()|], ct);", "await lease.InvokeAsync((net, ct) => net.RunAsync(), ct);")]
    [InlineData(
        "await lease.InvokeAsync([|async net => await net.RunAsync()|]);",
        "await lease.InvokeAsync(async (net, _) => await net.RunAsync());")]
    [InlineData(
        "await lease.InvokeAsync([|async net => { await net.RunAsync(); }|], cancellationToken: ct);",
        "await lease.InvokeAsync(async (net, ct) => { await net.RunAsync(); }, cancellationToken: ct);")]
    [InlineData(
        "var x = await await lease.InvokeAsync([|(Net net) => net.CountAsync()|]);",
        "var x = await lease.InvokeAsync((Net net, CancellationToken _) => net.CountAsync());")]
    [InlineData(
        "var x = await (await lease.InvokeAsync([|net => net.CountAsync()|]));",
        "var x = await lease.InvokeAsync((net, _) => net.CountAsync());")]
    [InlineData(
        "var x = await await lease.InvokeAsync([|net => net.FastAsync()|]);",
        "var x = await lease.InvokeAsync(async (net, _) => await net.FastAsync());")]
    [InlineData(
        "await lease.InvokeAsync([|async net => { _ = 1; await net.RunAsync(); }|]);",
        "await lease.InvokeAsync(async (net, cancellationToken) => { _ = 1; await net.RunAsync(); });")]
    [InlineData(
        "await lease.InvokeAsync([|ct => ct.RunAsync()|], cancellationToken);",
        "await lease.InvokeAsync((ct, cancellationToken) => ct.RunAsync(), cancellationToken);")]
    public Task The_token_is_added_so_that_code_is_awaited(string body, string expected) => FixRun.AssertFixesAsync(
        new AsynchronousUseAnalyzer(), new AsynchronousUseCodeFix(), InMethod(body), InMethod(expected));

    [Theory]
    [InlineData("await lease.InvokeAsync([|net => { net.RunAsync(); }|]);")]
    [InlineData("var task = lease.InvokeAsync([|net => net.RunAsync()|]); await task;")]
    [InlineData("await lease.InvokeAsync([|net => net.Stream()|]);")]
    [InlineData("await lease.InvokeAsync([|Run|]); static Task Run(Net net) => net.RunAsync();")]
    public Task Code_of_another_shape_is_left(string body) =>
        FixRun.AssertNotOfferedAsync(new AsynchronousUseAnalyzer(), new AsynchronousUseCodeFix(), InMethod(body));

    private static string InMethod(string body) =>
        "#pragma warning disable CS4014\nclass C { async Task "
        + $"M(IModelLease<Net> lease, CancellationToken ct) {{ var cancellationToken = ct; await Task.Yield(); {body} }} }}{Types}";

    private const string Types =
        " [SharedModel] public sealed class Net { public int Count() => 1; public Task RunAsync() => Task.CompletedTask; public Task<int> "
        + "CountAsync() => Task.FromResult(1); public ValueTask<int> FastAsync() => new(1); public "
        + "System.Collections.Generic.IAsyncEnumerable<int> Stream() => null!; } class Other { public Task InvokeAsync(Func<Net, Task> "
        + "use) => Task.CompletedTask; }";
}
