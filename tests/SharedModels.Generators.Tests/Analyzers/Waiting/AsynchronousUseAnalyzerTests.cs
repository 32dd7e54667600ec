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
    public Task Code_that_continues_is_reported(string body) =>
        Source.AssertReportsAsync(new AsynchronousUseAnalyzer(), "SHM025", InMethod(body));

    [Theory]
    [InlineData("await lease.InvokeAsync(net => net.Count(), ct);")]
    [InlineData("await lease.InvokeAsync(net => { net.Count(); }, ct);")]
    [InlineData("await lease.InvokeAsync(net => net.CountAsync().Result, ct);")]
    [InlineData("await lease.InvokeAsync(net => { net.RunAsync().Wait(); }, ct);")]
    [InlineData("await lease.InvokeAsync(net => { _ = Task.Run(() => Console.WriteLine()); }, ct);")]
    [InlineData("await lease.InvokeAsync(net => { Func<Task> later = () => net.RunAsync(); later().Wait(); }, ct);")]
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
        "InvokeAsync requires code that has finished when it returns, but this code returns a Task and could use the model after the lease "
        + "has ended; await it with lease.Model while the lease is held",
        await Source.ReadMessageAsync(
            new AsynchronousUseAnalyzer(), "SHM025", InMethod("await lease.InvokeAsync([|net => net.RunAsync()|]);")));

    [Theory]
    [InlineData("await lease.InvokeAsync([|net => net.RunAsync()|], ct);", "await lease.Model.RunAsync();")]
    [InlineData("await lease.InvokeAsync([|async net => await net.RunAsync()|], ct);", "await lease.Model.RunAsync();")]
    [InlineData("var x = await await lease.InvokeAsync([|(Net net) => net.CountAsync()|]);", "var x = await lease.Model.CountAsync();")]
    [InlineData("var x = await (await lease.InvokeAsync([|net => net.CountAsync()|]));", "var x = await lease.Model.CountAsync();")]
    [InlineData("await lease.InvokeAsync([|net => Use(net, net.Count())|]);", "await Use(lease.Model, lease.Model.Count());")]
    public Task Code_is_awaited_with_the_model(string body, string expected) => FixRun.AssertFixesAsync(
        new AsynchronousUseAnalyzer(), new AsynchronousUseCodeFix(), InMethod(body), InMethod(expected));

    [Theory]
    [InlineData("await lease.InvokeAsync([|net => { net.RunAsync(); }|]);")]
    [InlineData("var task = lease.InvokeAsync([|net => net.RunAsync()|]); await task;")]
    [InlineData("await lease.InvokeAsync([|net => net.Stream()|]);")]
    [InlineData("await lease.InvokeAsync([|Run|]); static Task Run(Net net) => net.RunAsync();")]
    public Task Code_of_another_shape_is_left(string body) =>
        FixRun.AssertNotOfferedAsync(new AsynchronousUseAnalyzer(), new AsynchronousUseCodeFix(), InMethod(body));

    private static string InMethod(string body) =>
        "#pragma warning disable CS4014\nclass C { static Task Use(Net net, int count) => Task.CompletedTask; async Task "
        + $"M(IModelLease<Net> lease, CancellationToken ct) {{ await Task.Yield(); {body} }} }}{Types}";

    private const string Types =
        " [SharedModel] public sealed class Net { public int Count() => 1; public Task RunAsync() => Task.CompletedTask; public Task<int> "
        + "CountAsync() => Task.FromResult(1); public ValueTask<int> FastAsync() => new(1); public "
        + "System.Collections.Generic.IAsyncEnumerable<int> Stream() => null!; } class Other { public Task InvokeAsync(Func<Net, Task> "
        + "use) => Task.CompletedTask; }";
}
