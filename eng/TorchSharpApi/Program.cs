// TorchSharp's public surface and ours.
//
// usage: dotnet run --project eng/TorchSharpApi -- mismatches            what we show and the list has not, or has otherwise
//        dotnet run --project eng/TorchSharpApi -- missing [GROUP|TYPE]  what the list has and we have not
//        dotnet run --project eng/TorchSharpApi -- coverage              the table
//        dotnet run --project eng/TorchSharpApi -- readme                puts the table into src/VitNotebooks.Torch/README.md
//        dotnet run --project eng/TorchSharpApi -- reference FILE        C# with TorchSharp's surface, whose members throw
//        dotnet run --project eng/TorchSharpApi -- seam VITNOTEBOOKS.DLL  what VitNotebooks.Acceleration shows in our layer alone, or
//                                                                        alone in this build with -p:TorchProvider=TorchSharp
//
// --in PATH/TorchSharp.dll looks at that assembly instead of ours.
using System.Reflection;
using TorchSharpApi;

var list = ApiList.BuiltIn();
var assembly = typeof(TorchSharp.torch).Assembly;
if (Array.IndexOf(args, "--in") is >= 0 and var at && at + 1 < args.Length)
{
    assembly = Assembly.LoadFrom(Path.GetFullPath(args[at + 1]));
    args = [.. args[..at], .. args[(at + 2)..]];
}
var comparison = new Comparison(list, assembly);
var coverage = new Coverage(list, comparison);

switch (args)
{
    case ["mismatches"]:
        foreach (var sentence in comparison.Mismatches())
        {
            Console.WriteLine(sentence);
        }

        return comparison.Mismatches().Count == 0 ? 0 : 1;

    case ["missing"]:
    case ["missing", _]:
        var wanted = args.ElementAtOrDefault(1);
        var rows = coverage.Rows();
        var isGroup = rows.Any(r => r.Group == wanted);
        foreach (var row in rows.Where(r => wanted is null || !isGroup || r.Group == wanted))
        {
            foreach (
                var type in row
                    .Missing.GroupBy(m => m.Type)
                    .Where(t => wanted is null || isGroup || t.Key.Name == wanted)
            )
            {
                Console.WriteLine(
                    $"{type.Key.Namespace} | {type.Key.Kind} {type.Key.Name}{(type.Key.Base.Length > 0 ? " : " : "")}{type.Key.Base}"
                );
                foreach (var (_, member) in type)
                {
                    Console.WriteLine($"  {member}");
                }
            }
        }

        return 0;

    case ["coverage"]:
        Console.Write(coverage.Table());
        return 0;

    case ["readme"]:
        var path = RepositoryFile.Path("src/VitNotebooks.Torch/README.md");
        File.WriteAllText(path, ReadmeTable.Put(File.ReadAllText(path), coverage.Table()));
        return 0;

    case ["reference", var file]:
        var source = new ReferenceSource(list).Write();
        // An unchanged file keeps its date, so that nothing is compiled again.
        if (!File.Exists(file) || File.ReadAllText(file) != source)
        {
            File.WriteAllText(file, source);
        }

        return 0;

    case ["seam", var onTorchSharp]:
        const string seam = "VitNotebooks.Acceleration";
        var ours = new NamespaceSurface(typeof(TorchSharp.torch).Assembly, seam);
        var theirs = new NamespaceSurface(Assembly.LoadFrom(Path.GetFullPath(onTorchSharp)), seam);
        var differences = ours.Differences("src/VitNotebooks.Torch", theirs, "src/VitNotebooks/OnTorchSharp");
        foreach (var sentence in differences)
        {
            Console.WriteLine($"{seam}: {sentence}");
        }

        if (differences.Count == 0)
        {
            Console.WriteLine($"{seam}: the same {ours.Count} types on our layer and on TorchSharp");
        }

        return differences.Count == 0 ? 0 : 1;

    default:
        Console.Error.WriteLine(
            $"TorchSharpApi: '{string.Join(' ', args)}' is no command; there are: mismatches, missing [GROUP|TYPE], coverage, readme, reference FILE, seam VITNOTEBOOKS.DLL."
        );
        return 2;
}
