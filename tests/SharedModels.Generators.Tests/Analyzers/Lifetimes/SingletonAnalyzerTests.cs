using SharedModels.Generators.Analyzers.Lifetimes;

namespace SharedModels.Generators.Tests.Analyzers.Lifetimes;

public sealed class SingletonAnalyzerTests
{
    private const string Middleware =
        " namespace Microsoft.AspNetCore.Builder { public class Application; public static class Middleware { "
        + "public static void UseMiddleware<T>(this Application application) { } } }";

    private const string Worker = "protected override Task ExecuteAsync(CancellationToken ct) => Task.CompletedTask;";

    [Theory]
    [InlineData(
        "class C(IModelLease<Owl> [|lease|]) : BackgroundService { protected override Task ExecuteAsync(CancellationToken ct) => "
        + "lease.AcquireAsync(ct).AsTask(); }")]
    [InlineData(
        "class C : IHostedService { public C(ModelLeases [|leases|]) { } public Task StartAsync(CancellationToken ct) => "
        + "Task.CompletedTask; public Task StopAsync(CancellationToken ct) => Task.CompletedTask; }")]
    [InlineData(
        "class C { public C(IModelLease [|lease|], IModelLeaseScope [|scope|]) { } static void Add(IServiceCollection services) => "
        + "services.AddSingleton<C>(); }")]
    [InlineData(
        "interface I; class C : I { public C(IModelLease<Owl> [|lease|]) { } static void Add(IServiceCollection services) => "
        + "services.AddSingleton<I, C>(); }")]
    [InlineData(
        "class C { public C(IModelLease<Owl> [|lease|]) { } static void Add(IServiceCollection services) => "
        + "services.AddSingleton(typeof(C)); }")]
    [InlineData(
        "class C<T> where T : class { public C(IModelLease<T> [|lease|]) { } static void Add(IServiceCollection services) => "
        + "services.AddSingleton(typeof(C<>)); }")]
    [InlineData(
        "class C { public C(IModelLease<Owl> [|lease|]) { } static void Add(IServiceCollection services) => "
        + "services.AddKeyedSingleton<C>(\"key\"); }")]
    [InlineData(
        "interface I; class C : I { public C(IModelLease<Owl> [|lease|]) { } static void Add(IServiceCollection services) => "
        + "services.AddSingleton<I>(p => new C(p.GetRequiredService<IModelLease<Owl>>())); }")]
    [InlineData(
        "interface I; class C : I { public C(IModelLease<Owl> [|lease|]) { } static void Add(IServiceCollection services, "
        + "IModelLease<Owl> lease) => services.AddSingleton<I>(new C(lease)); }")]
    [InlineData(
        "class C { public C(IModelLease<Owl> [|lease|]) { } static void Use(Microsoft.AspNetCore.Builder.Application app) => "
        + "Microsoft.AspNetCore.Builder.Middleware.UseMiddleware<C>(app); }" + Middleware)]
    public Task Injecting_a_lease_into_a_singleton_is_reported(string source) =>
        Source.AssertReportsAsync(new SingletonAnalyzer(), "SHM007", source);

    [Theory]
    [InlineData(
        "class C(ISharedModelManager manager) : BackgroundService { protected override Task ExecuteAsync(CancellationToken ct) => "
        + "manager.PreloadAsync(\"owl\", ct).AsTask(); }")]
    [InlineData(
        "class C { public C(IModelLease<Owl> lease) { } static void Add(IServiceCollection services) => services.AddScoped<C>(); }")]
    [InlineData(
        "class C { public C(IModelLease<Owl> lease) { } static void Add(IServiceCollection services) => "
        + "services.AddTransient<C>().AddSingleton<D>(); } class D;")]
    [InlineData("class C : BackgroundService { " + Worker + " void M(IModelLease<Owl> lease) { } }")]
    [InlineData(
        "class C { public C(IModelLease<Owl> lease) { } static void AddSingleton<T>() { } static void Add() => AddSingleton<C>(); }")]
    [InlineData(
        "class C(Func<IModelLease<Owl>> create) : BackgroundService { protected override Task ExecuteAsync(CancellationToken ct) => "
        + "create().AcquireAsync(ct).AsTask(); }")]
    [InlineData(
        "interface IMiddleware; class C : IMiddleware { public C(IModelLease<Owl> lease) { } static void "
        + "Use(Microsoft.AspNetCore.Builder.Application app) => Microsoft.AspNetCore.Builder.Middleware.UseMiddleware<C>(app); }"
        + Middleware)]
    [InlineData(
        "abstract record Lease : IModelLease { public abstract string ModelId { get; } public abstract LeaseState State { get; } public "
        + "abstract Device Device { get; } public abstract int? QueuePosition { get; } public abstract object Model { get; } public "
        + "abstract CancellationToken Lost { get; } public abstract bool TryAcquire(); public abstract ValueTask "
        + "AcquireAsync(CancellationToken cancellationToken); public abstract ValueTask AcquireAsync(AcquireOptions options, "
        + "CancellationToken cancellationToken); public abstract void Dispose(); public abstract ValueTask DisposeAsync(); static void "
        + "Add(IServiceCollection services) => services.AddSingleton<Lease>(); }")]
    public Task Injecting_a_lease_into_a_scoped_class_or_a_method_is_not_reported(string source) =>
        Source.AssertQuietAsync(new SingletonAnalyzer(), source);

    [Fact]
    public Task A_lease_that_a_singleton_stores_is_reported() => Source.AssertReportsAsync(
        new SingletonAnalyzer(),
        "SHM008",
        $"class C(ISharedModelManager manager) : BackgroundService {{ IModelLease<Owl>? _lease; async Task M() {{ [|_lease = await "
        + $"manager.FetchModelAsync<Owl>()|]; _lease = null; }} {Worker} }}");

    [Fact]
    public Task A_lease_that_any_other_class_stores_is_not_reported() => Source.AssertQuietAsync(
        new SingletonAnalyzer(),
        "class C(ISharedModelManager manager) { IModelLease<Owl>? _lease; async Task M() => _lease = await "
        + "manager.FetchModelAsync<Owl>(); }");
}
