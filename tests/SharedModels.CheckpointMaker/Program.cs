using System.Globalization;
using SharedModels.CheckpointMaker;
using SharedModels.Compute;
using SharedModels.Compute.Checkpoints;

const string Usage = """
    Usage: eng/make-checkpoint.sh <folder> [--config <base|large|a config.json>] [--type <F32|F16|BF16>] [--shards <number>]
                                  [--seed <number>]

    Makes the folder of an OWLv2 checkpoint with seeded weights. The defaults are base, F32, 1 and 1.
    """;

var settings = new Dictionary<string, string> { ["--config"] = "base", ["--type"] = "F32", ["--shards"] = "1", ["--seed"] = "1" };
if (args.Length % 2 == 0)
    return Fail(Usage);
for (var i = 1; i < args.Length; i += 2)
{
    if (!settings.ContainsKey(args[i]))
        return Fail($"There is no option '{args[i]}'.\n{Usage}");
    settings[args[i]] = args[i + 1];
}

ElementType? type = settings["--type"] switch
{
    "F32" => ElementType.Float32,
    "F16" => ElementType.Float16,
    "BF16" => ElementType.BFloat16,
    _ => null,
};
if (type is null)
    return Fail($"--type is '{settings["--type"]}'. Use F32, F16 or BF16.");
if (!TryRead("--shards", 1, out var shards) || !TryRead("--seed", int.MinValue, out var seed))
    return 2;
try
{
    var config = PublishedConfigs.All.GetValueOrDefault(settings["--config"]) ?? await File.ReadAllTextAsync(settings["--config"]);
    Checkpoint.Make(args[0], new() { Config = config, Type = type.Value, Shards = shards, Seed = seed });
    Console.WriteLine(Path.GetFullPath(args[0]));
    return 0;
}
catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or ArgumentException or CheckpointException)
{
    return Fail(wrong.Message);
}

bool TryRead(string option, int least, out int number)
{
    if (int.TryParse(settings[option], CultureInfo.InvariantCulture, out number) && number >= least)
        return true;
    Fail($"{option} is '{settings[option]}'. Use a whole number{(least == int.MinValue ? "" : $" from {least}")}.");
    return false;
}

static int Fail(string message)
{
    Console.Error.WriteLine(message);
    return 2;
}
