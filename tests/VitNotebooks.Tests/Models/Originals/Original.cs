using System.Text.Json;
using Shouldly;
using TorchSharp;
using VitNotebooks.Models;
using VitNotebooks.Oracles;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Models.Originals;

/// <summary>
/// What the authors' own code computes, checked in (tests/oracles/values/originals, made by the scripts of tests/oracles/originals
/// from a checkout of theirs): a new model's test is one call of <see cref="Compare"/>.
/// </summary>
internal sealed class Original
{
    private readonly string _name;
    private readonly JsonElement _values;

    private Original(string name, JsonElement values) => (_name, _values) = (name, values);

    /// <summary>Largest relative differences that one pass had.</summary>
    public sealed record Pass(double Logits, double Gradients, string WorstGradient);

    /// <summary>What a comparison found: evaluation, training, and batch norm's buffers behind it; null where the original has none.</summary>
    public sealed record Differences(Pass Evaluation, Pass? Training, double? Buffers);

    /// <summary>Reads the values of a model.</summary>
    /// <param name="name">File name without its ending, e.g. <c>swin_tiny_patch4_window7_224</c>.</param>
    public static Original Read(string name)
    {
        var path = Path.Combine(PythonOracle.Folder, "values", "originals", $"{name}.json");
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return new(name, document.RootElement.Clone());
    }

    /// <summary>
    /// Gives a model the original's weights and images, and holds logits and gradients in eval and in train mode, and the buffers
    /// of batch norms, to a relative difference.
    /// </summary>
    /// <param name="model">The model, without drop path and dropout.</param>
    /// <param name="map">How the original's names become ours; by default they are.</param>
    /// <param name="tolerance">Bound on the relative difference; the project's is 1e-4.</param>
    /// <param name="forward">What the original's script calls the logits of images; by default the model's.</param>
    /// <param name="least">A gradient below this part of the largest counts as that part: in front of a batch norm a bias has none
    /// but noise.</param>
    public Differences Compare(
        VisionModel model,
        StateDictMap? map = null,
        double tolerance = 1e-4,
        Func<Tensor, Tensor>? forward = null,
        double least = 1e-3
    )
    {
        forward ??= model.call;
        using var scope = NewDisposeScope();
        var ours = Ours(model, map);
        HashedWeights.Fill(model, ours);
        var size = _values.GetProperty("size").GetInt64();
        long[] shape =
        [
            _values.GetProperty("batch").GetInt64(),
            _values.GetProperty("channels").GetInt64(),
            size,
            size,
        ];
        var images = HashedWeights.Unit($"images {size}", shape).to(float32);

        model.eval();
        var evaluation = One(model, forward, images, _values.GetProperty("eval"), ours, least);
        Pass? training = null;
        double? buffers = null;
        if (_values.TryGetProperty("train", out var train))
        {
            model.train();
            training = One(model, forward, images, train, ours, least);
            var state = model.state_dict();
            foreach (var buffer in _values.GetProperty("buffers").EnumerateObject())
            {
                buffers = Math.Max(
                    buffers ?? 0,
                    Difference(
                        "buffer ",
                        buffer.Name,
                        state[(map ?? StateDictMap.Official).Translate(buffer.Name)!],
                        buffer.Value
                    )
                );
            }
        }
        var found = new Differences(evaluation, training, buffers);
        foreach (var pass in training is null ? [evaluation] : (Pass[])[evaluation, training])
        {
            pass.Logits.ShouldBeLessThan(tolerance, $"logits: {found}");
            pass.Gradients.ShouldBeLessThan(tolerance, $"gradients: {found}");
        }
        (buffers ?? 0).ShouldBeLessThan(tolerance, $"buffers: {found}");
        ReachedAccuracy.Note(_name, model.Config.Family, _values.GetProperty("source").GetString()!, tolerance, found);
        return found;
    }

    // Ours to theirs; every gradient that they have must have a name here.
    private Dictionary<string, string> Ours(VisionModel model, StateDictMap? map)
    {
        map ??= StateDictMap.Official;
        var own = model.state_dict().Keys.ToHashSet(StringComparer.Ordinal);
        if (map.Rules.Count == 0 || ReferenceEquals(map, StateDictMap.Official))
        {
            return own.ToDictionary(name => name, name => name, StringComparer.Ordinal);
        }

        var buffers = _values.TryGetProperty("buffers", out var held) ? held.EnumerateObject().Select(p => p.Name) : [];
        return _values
            .GetProperty("eval")
            .GetProperty("gradients")
            .EnumerateObject()
            .Select(p => p.Name)
            .Concat(buffers)
            .Where(name => map.Translate(name) is not null)
            .ToDictionary(name => map.Translate(name)!, name => name, StringComparer.Ordinal);
    }

    private static Pass One(
        VisionModel model,
        Func<Tensor, Tensor> forward,
        Tensor images,
        JsonElement expected,
        Dictionary<string, string> names,
        double part
    )
    {
        using var scope = NewDisposeScope();
        model.zero_grad();
        var logits = forward(images);
        var wanted = tensor(Numbers(expected.GetProperty("logits"))).view(logits.shape);
        (logits * HashedWeights.Unit("projection", logits.shape).to(float32)).sum().backward();
        var logitError = ((logits.detach().to(float64) - wanted).abs().max() / wanted.abs().max()).ToDouble();

        var gradients = expected.GetProperty("gradients");
        var least = part * gradients.EnumerateObject().Max(g => Numbers(g.Value)[0]);
        var (largest, worst, seen) = (0.0, "none", 0);
        foreach (var (name, parameter) in model.named_parameters())
        {
            if (!names.TryGetValue(name, out var original) || !gradients.TryGetProperty(original, out var values))
            {
                continue;
            }

            seen++;
            parameter.grad.ShouldNotBeNull($"{name}: the original has a gradient");
            var error = Difference("gradient ", original, parameter.grad, values, least);
            if (error > largest)
            {
                (largest, worst) = (error, name);
            }
        }
        seen.ShouldBe(gradients.EnumerateObject().Count(), "every gradient of the original has its parameter here");
        return new(logitError, largest, worst);
    }

    // A tensor is held by its norm and by its projection on a fixed vector, both relative to the norm; one that is next to nothing beside
    // the others relative to a part of theirs: the gradient of a bias in front of a softmax, or that of a scale which a batch norm
    // takes back (CvT's norm1), is rounding, and differs by 3e-4 of itself between the original in float and in double.
    private static double Difference(string kind, string name, Tensor actual, JsonElement expected, double least = 1e-6)
    {
        using var scope = NewDisposeScope();
        var wanted = Numbers(expected);
        var value = actual.detach().to(float64);
        var norm = value.norm().ToDouble();
        var projected = (value * HashedWeights.Unit(kind + name, value.shape)).sum().ToDouble();
        return Math.Max(Math.Abs(norm - wanted[0]), Math.Abs(projected - wanted[1])) / Math.Max(wanted[0], least);
    }

    private static double[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(e => e.GetDouble())];
}
