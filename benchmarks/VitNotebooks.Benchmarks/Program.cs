using System.Text.Json;
using VitNotebooks.Acceleration;
using VitNotebooks.Benchmarks;

// Our side of benchmarks/race.sh; every command prints one line of JSON. Python's side: benchmarks/python.
try
{
    switch (args)
    {
        case ["ops", .. var rest]:
            Print(SmallOpsRace.Run(At(rest, 0, 7), At(rest, 1, 100_000)));
            return 0;
        case ["model", .. var rest]:
            Print(ModelRace.Run(RaceSetting.Parse(rest)));
            return 0;
        case ["data", var name, var folder, .. var rest]:
            Print(DataRace.Run(name, folder, At(rest, 0, 10)));
            return 0;
        case ["fuzz", .. var rest]:
            return FuzzCommand.Run(
                At(rest, 0, 100_000),
                rest.Length > 1 ? rest[1] : null,
                rest.Length > 2 ? rest[2] : null,
                Print
            );
        case ["adamw", .. var rest]:
            Print(AdamWRace.Run(At(rest, 0, 30)));
            return 0;
        case ["runtime"]:
            Print(new { libtorch = TorchRuntime.Current.Version, blas = TorchRuntime.Current.Blas });
            return 0;
    }
}
catch (ArgumentException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
Console.Error.WriteLine(
    $"Given '{string.Join(' ', args)}'; expected one of: ops [REPEATS [CALLS]] | model swin_t|vit_s16|resnet50|none train|infer|baseline [OPTIONS] | "
        + "adamw [STEPS] | data NAME FOLDER [SECONDS] | fuzz [FILES [PYTHON_FOLDER [FORMAT]]] | runtime."
);
return 2;

static int At(string[] words, int index, int otherwise) => index < words.Length ? int.Parse(words[index]) : otherwise;

static void Print<T>(T value) => Console.WriteLine(JsonSerializer.Serialize(value, RaceJson.Options));
