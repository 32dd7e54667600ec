using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using SharedModels.Generators.Tests.Analyzers.Batches;
using SharedModels.Generators.Tests.Analyzers.Flow;

namespace SharedModels.Generators.Tests.Analyzers;

/// <summary>The most likely mistakes, in each of the four places where people write them, with all analyzers.</summary>
public sealed class LikelyMistakesTests
{
    private static readonly string[] Mistakes =
    [
        "{|SHM010:lease.Model|}.Detect();",
        "await {|SHM010:lease.InvokeAsync(owl => owl.Detect(), ct)|};",
        "if (ct.CanBeCanceled) await lease.AcquireAsync(ct); {|SHM010:lease.Model|}.Detect();",
        "lease.TryAcquire(); {|SHM010:lease.Model|}.Detect();",
        "await other.AcquireAsync(ct); {|SHM010:lease.Model|}.Detect();",
        "{|SHM013:lease.AcquireAsync(ct)|};",
        "_ = {|SHM013:manager.AcquireAllAsync([lease, other], ct)|};",
        "var task = {|SHM013:manager.FetchOwlAsync(ct)|};",
        "{|SHM012:lease.AcquireAsync(ct).AsTask().Wait()|}; lease.Model.Detect();",
        "using var owl = {|SHM012:manager.FetchOwlAsync(ct).Result|}; owl.Model.Detect();",
        "await lease.AcquireAsync(ct); await {|SHM014:other.AcquireAsync(ct)|};",
        "await using var owl = await manager.FetchOwlAsync(ct); await using var reader = await {|SHM014:manager.FetchReaderAsync(ct)|};",
        "var owl = await {|SHM015:manager.FetchOwlAsync(ct)|}; owl.Model.Detect();",
        "_ = (await {|SHM015:manager.FetchModelAsync<Owl>(ct)|}).Model.Detect();",
        "await lease.AcquireAsync(ct); using var {|SHM011:owl = lease.Model|};",
        "await lease.AcquireAsync(ct); Cache.Owl = {|SHM009:lease.Model|};",
        "await lease.AcquireAsync(ct); _ = Task.Run(() => {|SHM008:lease|}.Model.Detect());",
        "{|SHM016:new Owl()|}.Detect();",
        "await manager.PreloadAsync({|SHM017:\"owll\"|}, ct);",
        "_ = services.GetRequiredService<{|SHM024:IModelLease<Net>|}>().ModelId;",
        "await lease.AcquireAsync(ct); await lease.InvokeAsync({|SHM025:owl => Task.FromResult(owl.Detect())|}, ct);",
        "{|SHM013:manager.RunMiniLmAsync(\"\", ct)|};",
        "_ = {|SHM012:manager.RunMiniLmAsync(\"\", ct).Result|};",
        "await using var mini = await manager.FetchMiniLmAsync(ct); _ = {|SHM031:mini.Model.InvokeBatch([\"\"], ct)|}[0];",
        "await lease.AcquireAsync(ct); await lease.DisposeAsync(); {|SHM026:lease.Model|}.Detect();",
    ];

    private static readonly string[] Correct =
    [
        "await lease.AcquireAsync(ct); lease.Model.Detect(); await lease.InvokeAsync(owl => owl.Detect(), ct);",
        "await manager.AcquireAllAsync([lease, other], ct); lease.Model.Detect(); other.Model.Read();",
        "if (!lease.TryAcquire()) return; lease.Model.Detect();",
        "await using var owl = await manager.FetchOwlAsync(ct); owl.Model.Detect(); await owl.InvokeAsync(o => o.Detect(), ct);",
        "await manager.PreloadAsync(\"owl\", ct);",
        "_ = await manager.RunMiniLmAsync(\"\", ct);",
    ];

    private static readonly Dictionary<string, string> Places = new()
    {
        ["endpoint of the program"] = "var app = new WebApplication(); app.MapGet(\"/\", async (IModelLease<Owl> lease, "
            + "IModelLease<Reader> other, ISharedModelManager manager, IServiceProvider services, CancellationToken ct) => "
            + "{ BODY await Task.Yield(); });",
        ["static method"] = "static class Endpoints { public static void Map(IEndpointRouteBuilder routes) => routes.MapGet(\"/\", "
            + "Handle); private static async Task Handle(IModelLease<Owl> lease, IModelLease<Reader> other, ISharedModelManager manager, "
            + "IServiceProvider services, CancellationToken ct) { BODY await Task.Yield(); } static void Main() { } }",
        ["controller"] = "public sealed class Owls(IModelLease<Owl> lease, ISharedModelManager manager, IServiceProvider services) "
            + ": Microsoft.AspNetCore.Mvc.ControllerBase { public async Task Get(IModelLease<Reader> other, CancellationToken ct) "
            + "{ BODY await Task.Yield(); } static void Main() { } }",
        ["background service"] = "sealed class Worker(ISharedModelManager manager, IServiceProvider services) : BackgroundService { "
            + "protected override async Task ExecuteAsync(CancellationToken ct) { await using var scope = services.CreateAsyncScope(); "
            + "var lease = scope.ServiceProvider.GetRequiredService<IModelLease<Owl>>(); "
            + "var other = scope.ServiceProvider.GetRequiredService<IModelLease<Reader>>(); BODY await Task.Yield(); } "
            + "static void Main() { } }",
    };

    public static TheoryData<string, string> Reported => Combine(Mistakes);

    public static TheoryData<string, string> Quiet => Combine(Correct);

    [Theory]
    [MemberData(nameof(Reported))]
    public Task A_mistake_is_reported(string place, string body) => RunAsync(place, body);

    [Theory]
    [MemberData(nameof(Quiet))]
    public Task Correct_code_is_not_reported(string place, string body) => RunAsync(place, body);

    private static TheoryData<string, string> Combine(string[] bodies)
    {
        var data = new TheoryData<string, string>();
        foreach (var place in Places.Keys)
        {
            foreach (var body in bodies)
                data.Add(place, body);
        }

        return data;
    }

    private static Task RunAsync(string place, string body)
    {
        var analyzers = typeof(SharedModelGenerator).Assembly.GetTypes()
            .Where(static type => type.IsSubclassOf(typeof(DiagnosticAnalyzer)) && !type.IsAbstract)
            .Select(static type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!)
            .ToArray();
        return new AnalyzerTest(
            analyzers,
            id: null,
            "#pragma warning disable CS4014\nusing Microsoft.AspNetCore.Builder; using Microsoft.AspNetCore.Routing;\n"
                + Places[place].Replace("BODY", body, StringComparison.Ordinal)
                + " static class Cache { public static Owl? Owl; } class Net;"
                + BatchSource.MiniLm
                + Endpoints.Source,
            OutputKind.ConsoleApplication).RunAsync();
    }
}
