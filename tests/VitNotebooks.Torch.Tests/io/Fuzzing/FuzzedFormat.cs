using System.Text;
using TorchSharp;
using VitNotebooks.Files;
using static TorchSharp.torch;

namespace VitNotebooks.Fuzzing;

/// <summary>A file format under test: whole files, where to hit them, and how to read them.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Files">Whole files.</param>
/// <param name="Read">The reader under test: a tensor, tensors by name, or a tree with tensors in it.</param>
/// <param name="Plain">The same file by a plain reading, which shares nothing with the reader: see <see cref="PlainTensor"/>.</param>
/// <param name="MostBytesForOne">How many bytes of tensors a byte of a file may become: deflate packs 1032 into one, numbers are widened.</param>
internal sealed record FuzzedFormat(
    string Name,
    IReadOnlyList<byte[]> Files,
    Func<byte[], object?> Read,
    Func<byte[], object?> Plain,
    int MostBytesForOne
)
{
    private const int Packed = 1100,
        Widened = 8;

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

    /// <summary>What the files that are made here hold.</summary>
    public static Dictionary<string, Tensor> Tensors() =>
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
                new("safetensors", [safetensors], b => Safetensors.Load(b), PlainFiles.Safetensors, Widened),
                new(
                    "pth",
                    [
                        Made("b", p => PthFile.Save(p, tree)),
                        .. Python("tree.pth", "small.pth", "deflated.pth", "zip64.pth", "protocol4.pth"),
                    ],
                    b => PthFile.Load(b),
                    PlainPth.Read,
                    Packed
                ),
                new(
                    "pth-legacy",
                    [.. Python("legacy.pth", "small_legacy.pth", "legacy4.pth", "shared_legacy.pth")],
                    b => PthFile.Load(b),
                    PlainPth.Read,
                    Widened
                ),
                new(
                    "npy",
                    [
                        .. tensors
                            .Values.Where(t => t.dtype != ScalarType.BFloat16)
                            .Select((t, i) => Made($"n{i}", p => Npy.Save(p, t))),
                        .. Python("fortran_v1.npy", "complex64_v2.npy", "uint16_v3.npy", "float32_big_v1.npy"),
                    ],
                    b => Npy.Load(b),
                    PlainNumpy.Read,
                    Widened
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
                    b => Npz.Load(b),
                    PlainFiles.Npz,
                    Packed
                ),
                new("dat", [state.ToArray()], StateHolder.Read, StateHolder.Plain, Widened),
            ];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
