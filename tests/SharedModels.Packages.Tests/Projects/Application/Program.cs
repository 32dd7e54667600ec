using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SharedModels;
using SharedModels.Devices;
using SharedModels.Testing;

// A model of a library, on the fake accelerator of the testing package.
var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddSingleton<IDeviceProvider>(new FakeAccelerator(1_000_000));
builder.Services.AddSharedModels();
using var host = builder.Build();
await host.StartAsync();
var models = host.Services.GetRequiredService<ISharedModelManager>();
await using (var speller = await models.FetchSpellerAsync())
    Console.WriteLine($"{speller.ModelId} on {speller.Device}: {speller.Model.Spell("abc")}");
await host.StopAsync();
