using System.Text;
using TorchSharp;
using VitNotebooks.Files;
using static TorchSharp.torch;

namespace VitNotebooks.Fuzzing;

/// <summary>A file format under test: whole files, where to hit them, and how to read them.</summary>
internal sealed record FuzzedFormat(string Name, IReadOnlyList<byte[]> Files, Func<byte[], IEnumerable<Tensor>> Read)
{
    /// <summary>Places in a file where lengths, offsets and codes are: all within headers, directories and pickles.</summary>
    public static IReadOnlyList<int> Points(byte[] file)
    {
        var points = new List<int>();
        ReadOnlySpan<byte> bytes = file;
        foreach (var signature in new[] { "PK\u0001\u0002", "PK\u0003\u0004", "PK\u0005\u0006" })
        {
            var mark = Encoding.ASCII.GetBytes(signature);
            for (var at = 0; at < bytes.Length && bytes[at..].IndexOf(mark) is >= 0 and var found; )
            {
                at += found + 4;
                points.AddRange(Enumerable.Range(0, 5).Select(i => Math.Min(at + (8 * i), file.Length - 1)));
            }
        }
        if (bytes.StartsWith("PK"u8))
        {
            // The pickle comes first.
            points.AddRange(Enumerable.Range(0, Math.Min(60, file.Length / 8)).Select(i => 8 * i));
            return points;
        }
        points.AddRange(Enumerable.Range(0, Math.Min(40, file.Length / 8)).Select(i => 8 * i));
        return points;
    }

    private static Dictionary<string, Tensor> Tensors() =>
        new(StringComparer.Ordinal)
        {
            ["weight"] = arange(12, dtype: ScalarType.Float32).reshape(3, 4),
            ["bias"] = ones(4).to(ScalarType.BFloat16),
            ["steps"] = tensor(7L),
            ["mask"] = tensor(new[] { true, false, true }),
            ["empty"] = zeros(0, 3),
            ["half"] = ones(2, 2, 2).to(ScalarType.Float16),
        };

    /// <summary>All formats. Files are made here and, where there are any, taken from a folder of Python's.</summary>
    /// <param name="python">A folder with files of torch.save and numpy.save, or null.</param>
    public static IReadOnlyList<FuzzedFormat> All(string? python)
    {
        using var scope = NewDisposeScope();
        var folder = Directory.CreateTempSubdirectory("vitnb-fuzz-");
        try
        {
            var tensors = Tensors();
            byte[] Made(string name, Action<string> save)
            {
                var path = Path.Combine(folder.FullName, name);
                save(path);
                return File.ReadAllBytes(path);
            }
            IEnumerable<byte[]> Python(params string[] names) =>
                python is null
                    ? []
                    : names.Select(n => Path.Combine(python, n)).Where(File.Exists).Select(File.ReadAllBytes);

            object tree = new Dictionary<string, object?>
            {
                ["model"] = tensors,
                ["epoch"] = 3,
                ["lr"] = 0.1,
                ["notes"] = new List<object?> { "a", 1L << 40, true, null, new object?[] { 1, 2 } },
            };
            var safetensors = Made(
                "a",
                p => Safetensors.Save(p, tensors, new Dictionary<string, string> { ["k"] = "v" })
            );
            using var state = new MemoryStream();
            using (var writer = new BinaryWriter(state, Encoding.UTF8, leaveOpen: true))
            {
                nn.Module.save_state_dict(writer, tensors);
            }
            return
            [
                new("safetensors", [safetensors], b => Safetensors.Load(b).Values),
                new(
                    "pth",
                    [
                        Made("b", p => PthFile.Save(p, tree)),
                        .. Python("tree.pth", "small.pth", "deflated.pth", "zip64.pth", "protocol4.pth"),
                    ],
                    b => TensorsIn(PthFile.Load(b))
                ),
                new(
                    "pth-legacy",
                    [.. Python("legacy.pth", "small_legacy.pth", "legacy4.pth", "shared_legacy.pth")],
                    b => TensorsIn(PthFile.Load(b))
                ),
                new(
                    "npy",
                    [
                        .. tensors
                            .Values.Where(t => t.dtype != ScalarType.BFloat16)
                            .Select((t, i) => Made($"n{i}", p => Npy.Save(p, t))),
                        .. Python("fortran_v1.npy", "complex64_v2.npy", "uint16_v3.npy", "float32_big_v1.npy"),
                    ],
                    b => [Npy.Load(b)]
                ),
                new(
                    "npz",
                    [
                        Made(
                            "z",
                            p => Npz.Save(p, tensors.Where(t => t.Key != "bias").ToDictionary(), compressed: false)
                        ),
                        Made(
                            "y",
                            p => Npz.Save(p, tensors.Where(t => t.Key != "bias").ToDictionary(), compressed: true)
                        ),
                    ],
                    b => Npz.Load(b).Values
                ),
                new("dat", [state.ToArray()], ReadDat),
            ];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static IEnumerable<Tensor> ReadDat(byte[] bytes)
    {
        using var module = new StateHolder();
        using var stream = new MemoryStream(bytes);
        module.load(stream, strict: false);
        return [.. module.state_dict().Values.Select(t => t.clone())];
    }

    /// <summary>A module that takes what the .dat file's names say.</summary>
    private sealed class StateHolder : nn.Module
    {
        public StateHolder()
            : base("state")
        {
            foreach (var (name, tensor) in Tensors())
            {
                register_buffer(name, tensor.zero_());
            }
        }
    }

    private static List<Tensor> TensorsIn(object? tree)
    {
        var found = new List<Tensor>();
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var pending = new Stack<object?>([tree]);
        while (pending.TryPop(out var node))
        {
            switch (node)
            {
                case Tensor tensor:
                    found.Add(tensor);
                    break;
                case OrderedDictionary<object, object?> dictionary when seen.Add(dictionary):
                    foreach (var value in dictionary.Values)
                    {
                        pending.Push(value);
                    }
                    break;
                case List<object?> list when seen.Add(list):
                    list.ForEach(pending.Push);
                    break;
                case object?[] tuple when seen.Add(tuple):
                    Array.ForEach(tuple, pending.Push);
                    break;
            }
        }
        return found;
    }
}
