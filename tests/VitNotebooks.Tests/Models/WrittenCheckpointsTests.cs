using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Shouldly;
using TorchSharp;
using VitNotebooks.Evaluation;
using VitNotebooks.Files;
using VitNotebooks.Models;
using VitNotebooks.Oracles;
using VitNotebooks.Tests.Models.Originals;
using Xunit;
using Xunit.Abstractions;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Models;

/// <summary>
/// A checkpoint that this package writes loads in the original model and gives the same logits. tests/oracles/originals/written.py
/// reads the file with a reader of its own, loads it strictly into the authors' model and runs the images beside. torchvision does
/// so in every run. Of the others the logits are checked in together with the SHA-256 of the tensors that their model had read:
/// whoever writes other tensors, or the same ones under another name, shape or kind, is found out. Of models with the localization loss
/// its authors' models read the loss's head too, and give the same loss for the pairs of a seed.
/// </summary>
public sealed class WrittenCheckpointsTests(ITestOutputHelper output) : IDisposable
{
    private const double Tolerance = 2e-5; // of the largest logit, and of the localization loss

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vitnb-written-");

    public static TheoryData<string> Torchvision => [.. WrittenModels.Torchvision.Keys];

    public static TheoryData<string> Others => [.. WrittenModels.Others.Keys];

    [Theory]
    [MemberData(nameof(Torchvision))]
    public void Save_AFamilyOfTorchvision_LoadsInItsModelAndGivesTheSameLogits(string name)
    {
        var ours = Write(name, WrittenModels.Torchvision[name]);
        var printed = PythonOracle.Run(
            "originals/written.py",
            TimeSpan.FromMinutes(5),
            ["-", _folder.FullName, "--", name]
        );
        using var theirs = JsonDocument.Parse(printed);
        Compare(name, ours, theirs.RootElement);
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void Save_AnyFamily_WritesWhatTheAuthorsModelHasReadAndGivesItsLogits(string name) =>
        Compare(name, Write(name, WrittenModels.Others[name]), OriginalValues.Read("written")[name]);

    [OriginalsFact]
    public void Save_EveryFamily_LoadsInTheAuthorsModelsAndGivesTheSameLogits()
    {
        var ours = WrittenModels
            .Others.Concat(WrittenModels.Torchvision)
            .ToDictionary(model => model.Key, model => Write(model.Key, model.Value));
        var printed = PythonOracle.Run(
            "originals/written.py",
            TimeSpan.FromMinutes(10),
            [OriginalsFactAttribute.Folder!, _folder.FullName, .. WrittenModels.Others.Keys]
        );
        // What it says is what to check in as tests/oracles/values/originals/written.json where a model is new or changed.
        var fresh = Path.Combine(Path.GetTempPath(), "written.json");
        File.WriteAllText(fresh, printed);
        output.WriteLine(fresh);
        using var theirs = JsonDocument.Parse(printed);
        var checkedIn = OriginalValues.Read("written");
        foreach (var name in WrittenModels.Others.Keys)
        {
            Compare(name, ours[name], theirs.RootElement.GetProperty(name));
            checkedIn.Keys.ShouldContain(name);
            Compare(name, ours[name], checkedIn[name]);
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private sealed record Written(string Weights, string Images, double[] Logits, double[] Localization);

    private void Compare(string name, Written ours, JsonElement theirs)
    {
        ours.Images.ShouldBe(theirs.GetProperty("images").GetString(), "the images are others");
        ours.Weights.ShouldBe(theirs.GetProperty("sha256").GetString(), $"{name}: not what the original has read");
        var logits = Difference(ours.Logits, theirs.GetProperty("logits"));
        output.WriteLine($"{name}: logits {logits:e2} ({theirs.GetProperty("source").GetString()})");
        logits.ShouldBeLessThan(Tolerance, name);
        theirs.TryGetProperty("localization", out var localization).ShouldBe(ours.Localization.Length > 0);
        if (ours.Localization.Length == 0)
        {
            return;
        }

        var losses = Difference(ours.Localization, localization);
        output.WriteLine($"{name}: localization {losses:e2}");
        losses.ShouldBeLessThan(Tolerance, name);
    }

    private static double Difference(double[] ours, JsonElement theirs)
    {
        double[] wanted = [.. theirs.EnumerateArray().Select(e => e.GetDouble())];
        ours.Length.ShouldBe(wanted.Length);
        var largest = wanted.Max(Math.Abs);
        largest.ShouldBeGreaterThan(0.05);
        return ours.Zip(wanted, (a, b) => Math.Abs(a - b)).Max() / largest;
    }

    // Hashed weights, so that the file is the same on every machine; the checkpoint is what a user saves.
    private Written Write(string name, Func<VisionModel> build)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = build();
        HashedWeights.Fill(model, model.state_dict().Keys.ToDictionary(key => key, key => key));
        var size = model.Config.ImageSize;
        var images = HashedWeights.Unit($"images {size}", [2, 3, size, size]).to(float32);
        var (weights, beside) = (PathOf($"{name}.safetensors"), PathOf($"{name}.images.safetensors"));
        VisionCheckpoint.Save(model, weights);
        Safetensors.Save(beside, [("images", images)]);
        model.eval();
        var features = model.forward_features(images);
        return new(
            Digest(weights),
            Digest(beside),
            [.. model.call(images).to(float64).data<double>()],
            [
                .. model.auxiliary_losses.Select(loss =>
                    loss.forward(features, new Generator().manual_seed(0)).ToDouble()
                ),
            ]
        );
    }

    private string PathOf(string file) => Path.Combine(_folder.FullName, file);

    /// <summary>Names, kinds, shapes and bytes as they lie in the file, by name; what the metadata say is no weight.</summary>
    private static string Digest(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var begin = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        using var header = JsonDocument.Parse(bytes.AsMemory(8, begin - 8));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var tensors = header.RootElement.EnumerateObject().Where(entry => entry.Name != "__metadata__");
        foreach (var tensor in tensors.OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            var shape = string.Join('x', tensor.Value.GetProperty("shape").EnumerateArray());
            hash.AppendData(
                Encoding.UTF8.GetBytes($"{tensor.Name} {tensor.Value.GetProperty("dtype").GetString()} {shape}\n")
            );
            var offsets = tensor.Value.GetProperty("data_offsets");
            var (first, end) = (offsets[0].GetInt32(), offsets[1].GetInt32());
            hash.AppendData(bytes, begin + first, end - first);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
