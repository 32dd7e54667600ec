using SharedModels.Devices;

namespace SharedModels.Tests.Application;

internal static class Registration
{
    public static void Add(IHostApplicationBuilder builder) => builder.Services
        .AddSingleton<IDeviceProvider, NpuProvider>()
        .AddSharedModelManager(builder.Configuration.GetSection("SharedModels"))
        .AddModel("a", static _ => new object())
        .AddModelOptions<ModelTuning>("a", Bind);

    private static void Bind(IConfigurationSection section, ModelTuning options) =>
        options.Threshold = Read(section.GetSection("Threshold")) ?? options.Threshold;

    // The code that the generator emits.
    private static float? Read(IConfigurationSection section) =>
        section.Value is not { } text ? null
        : float.TryParse(text, out var value) ? value
        : throw new InvalidOperationException($"{section.Path} is '{text}', which is not a number.");
}
