using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SharedModels.Tests.Browsing;

namespace SharedModels.AspNetCore.Tests.Dashboard;

/// <summary>
/// Runs the page's state in a browser through random histories of a manager, and compares its figures with the manager's snapshots.
/// <c>HISTORIES</c> sets the number of histories, by default 500.
/// </summary>
[LongRunning(minutes: 4)]
public sealed class DashboardStateTests
{
    private const int Batch = 250;

    private const string Check =
        """
        async count => {
          const { State } = await import("/models/state.js");
          const pick = (items, id, keys) => Object.fromEntries([...items].map(item => [item[id], keys.map(key => item[key])]));
          const perModel = (entries, models) => Object.fromEntries(
            [...models.keys()].map(id => [id, [...entries.values()].filter(({ model }) => model === id).length]));
          const sum = (items, key) => items.reduce((total, item) => total + item[key], 0);
          const compare = (state, { snapshot: { models, devices }, totals, isFull, hasExactQueues }) => {
            const deviceKeys = ["holders", "budget", ...(hasExactQueues ? ["queueLength"] : [])];
            const shown = [...state.devices.values()];
            const expected = {
              models: pick(models, "id", ["version", "leases", "queued", "residency"]),
              devices: pick(devices, "device", deviceKeys),
              lost: devices.filter(({ error }) => error).map(({ device }) => device),
              held: Object.fromEntries(models.map(({ id, leases }) => [id, leases])),
              waiting: Object.fromEntries(models.map(({ id, queued }) => [id, queued])),
              figures: { inUse: sum(models, "leases"), waiting: sum(hasExactQueues ? devices : shown, "queueLength"), ...totals },
              all: isFull ? [models, devices] : null,
            };
            const actual = {
              models: pick(state.models.values(), "id", ["version", "leases", "queued", "residency"]),
              devices: pick(shown, "device", deviceKeys),
              lost: shown.filter(({ error }) => error).map(({ device }) => device),
              held: perModel(state.held, state.models),
              waiting: perModel(state.waiting, state.models),
              figures: state.figures(),
              all: isFull ? [[...state.models.values()], shown] : null,
            };
            return Object.keys(expected)
              .filter(key => JSON.stringify(expected[key]) !== JSON.stringify(actual[key]))
              .map(key => `${key}: expected ${JSON.stringify(expected[key])}, shown ${JSON.stringify(actual[key])}`);
          };
          const wrong = [];
          let checks = 0;
          for (let from = 0; from < count; from += BATCH) {
            const histories = await fetch(`/histories/${from}`);
            if (!histories.ok) return await histories.text();
            for (const { seed, steps } of await histories.json()) {
              const state = new State();
              for (const [index, [kind, data]] of steps.entries()) {
                if (kind !== "expect") { state[kind](data); continue; }
                checks++;
                const differences = compare(state, data);
                if (differences.length === 0) continue;
                wrong.push(`History ${seed}, step ${index}, ${data.isFull ? "snapshot" : "changes"}: ${differences.join("; ")}\n`
                  + (wrong.length === 0 ? JSON.stringify(steps.slice(Math.max(0, index - 12), index), null, 0) : ""));
                break;
              }
            }
            if (wrong.length > 0) break;
          }
          return `${checks} checks, ${wrong.length} wrong\n${wrong.slice(0, 5).join("\n")}`;
        }
        """;

    private static readonly int Histories = int.Parse(
        Environment.GetEnvironmentVariable("HISTORIES") ?? "500", CultureInfo.InvariantCulture);

    [BrowserFact]
    public async Task Every_figure_is_that_of_the_manager_in_random_histories()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSharedModelManager(builder.Configuration.GetSection("SharedModels"));
        await using var app = builder.Build();
        app.MapSharedModels();
        app.MapSharedModelsDashboard();
        app.MapGet("/histories/{from:int}", static (int from) => PlayAsync(from));
        await app.StartAsync();
        await using var visit = await Chromium.VisitAsync(new(new Uri(app.Urls.Single()), "/models"));
        var result = await visit.Page.EvaluateAsync<string>(
            Check.Replace("BATCH", Batch.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal), Histories);
        Assert.True(result.Contains(", 0 wrong", StringComparison.Ordinal), result);
    }

    private static async Task<IResult> PlayAsync(int from)
    {
        var histories = new List<string>();
        for (var seed = from; seed < Math.Min(from + Batch, Histories); seed++)
        {
            try
            {
                histories.Add(await PageHistory.PlayAsync(seed));
            }
            catch (Exception exception)
            {
                return Results.Text($"History {seed}: {exception}", statusCode: StatusCodes.Status500InternalServerError);
            }
        }

        return Results.Text($"[{string.Join(',', histories)}]", "application/json");
    }
}
