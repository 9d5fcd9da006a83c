using Shouldly;
using TorchSharp;
using VitNotebooks.Files;
using VitNotebooks.Models;
using VitNotebooks.Oracles;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Models;

/// <summary>What torchvision computes on the same libtorch; made in a temporary folder, which goes away with the object.</summary>
internal sealed class TorchvisionReference : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vitnb-oracle-");

    public TorchvisionReference(string script, params string[] arguments)
    {
        PythonOracle.Run(script, TimeSpan.FromMinutes(5), [_folder.FullName, .. arguments]);
        using var scope = NewDisposeScope();
        var model = arguments is [var name, ..] ? name : script.Split('_')[0];
        var logits = Load("values")["logits"].data<float>().ToArray();
        var expected = CheckedInValues.Nearest("logits").GetProperty(model);
        for (var i = 0; i < expected.GetArrayLength(); i++)
        {
            logits[i].ShouldBe(expected[i].GetSingle(), 1e-4f, $"logit {i} of {model} against tests/oracles/values");
        }
    }

    public Dictionary<string, Tensor> Load(string name) =>
        Safetensors.Load(Path.Combine(_folder.FullName, $"{name}.safetensors"));

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>max|a - b| / max|b|.</summary>
    public static double RelativeError(Tensor ours, Tensor reference) =>
        (ours - reference).abs().max().ToSingle() / reference.abs().max().ToSingle();

    /// <summary>
    /// The largest max|a - b| / max(max|b|, 1e-6 of the largest gradient) over all tensors: a key bias has no gradient but noise.
    /// </summary>
    public static (string Name, double Error) WorstGradient(
        VisionModel model,
        IReadOnlyDictionary<string, Tensor> reference,
        StateDictMap map
    )
    {
        using var scope = NewDisposeScope();
        var ours = model.named_parameters().ToDictionary(p => p.Item1, p => p.Item2.grad!);
        var floor = 1e-6 * reference.Values.Max(g => g.abs().max().ToSingle());
        (string, double) worst = ("", -1);
        foreach (var (foreign, gradient) in reference)
        {
            var name = map.Translate(foreign)!;
            var difference = (ours[name] - gradient).abs().max().ToSingle();
            var error = difference / Math.Max(gradient.abs().max().ToSingle(), floor);
            if (!(error <= worst.Item2))
            {
                worst = (name, error);
            }
        }
        return worst;
    }
}
