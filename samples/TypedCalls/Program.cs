using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;
using SharedModels;
using TypedCalls;

const int FirstSiloPort = 11111, FirstGatewayPort = 30000;
var builder = Host.CreateApplicationBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
if (args is ["call", .. var words])
{
    builder.UseOrleansClient(static client => client.UseLocalhostClustering([FirstGatewayPort, FirstGatewayPort + 1]).AddSharedModels());
    using var caller = builder.Build();
    await caller.StartAsync();
    var sentiment = caller.Services.GetRequiredService<IModelClient<ISentiment>>().Model;
    var text = words.Length == 0 ? "a good day" : string.Join(' ', words);
    for (var i = 0; i < 100; i++)
    {
        var start = Stopwatch.GetTimestamp();
        var score = await sentiment.ScoreAsync(text);
        var time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{score.Value:0.00} from process {score.Process} after {time:0} ms"));
    }

    await foreach (var score in sentiment.ScoreWordsAsync(text))
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{score.Value:0.00}"));
    await caller.StopAsync();
    return;
}

// The first node has the membership of the others. On several machines, a store such as Redis has it.
var number = args is ["node", var argument] ? int.Parse(argument, CultureInfo.InvariantCulture) : 0;
builder.Services.AddSharedModels();
builder.UseOrleans(silo => silo
    .UseLocalhostClustering(FirstSiloPort + number, FirstGatewayPort + number, new IPEndPoint(IPAddress.Loopback, FirstSiloPort))
    .AddSharedModels());
await builder.Build().RunAsync();
