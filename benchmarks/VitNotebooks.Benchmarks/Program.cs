using System.Text.Json;
using VitNotebooks.Acceleration;
using VitNotebooks.Benchmarks;

// Our side of benchmarks/race.sh; every command prints one line of JSON. Python's side: benchmarks/python.
switch (args)
{
    case ["overhead", .. var rest]:
        Print(AddRace.Run(rest is [var repeats] ? int.Parse(repeats) : 7));
        return 0;
    case ["model", var name, var mode, var steps, .. var rest]:
        Print(ModelRace.Run(name, mode, int.Parse(steps), rest is [var warmup] ? int.Parse(warmup) : 2));
        return 0;
    case ["fuzz", .. var rest]:
        return FuzzCommand.Run(
            rest is [var files, ..] ? int.Parse(files) : 100_000,
            rest.Length > 1 ? rest[1] : null,
            rest.Length > 2 ? rest[2] : null,
            Print
        );
    case ["adamw", .. var rest]:
        Print(AdamWRace.Run(rest is [var count] ? int.Parse(count) : 30));
        return 0;
    case ["runtime"]:
        Print(new { libtorch = TorchRuntime.Current.Version, blas = TorchRuntime.Current.Blas });
        return 0;
    default:
        Console.Error.WriteLine(
            $"Given '{string.Join(' ', args)}'; expected one of: overhead [REPEATS] | adamw [STEPS] | model swin_t|vit_s16|none train|infer|baseline STEPS [WARMUP] | fuzz [FILES [PYTHON_FOLDER [FORMAT]]] | runtime."
        );
        return 2;
}

static void Print<T>(T value) => Console.WriteLine(JsonSerializer.Serialize(value, RaceJson.Options));
