using System.Text.Json;
using Shouldly;
using VitNotebooks.Acceleration;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

[Collection(AugmentationOracleCollection.Name)]
public sealed class TorchvisionPoliciesTests(AugmentationOracle oracle)
{
    private static readonly Dictionary<string, Transform> Policies = new(StringComparer.Ordinal)
    {
        ["randaugment"] = new TorchvisionRandAugment(),
        ["randaugment3"] = new TorchvisionRandAugment(3, 20, 31, WarpSampling.Bicubic, RgbColor.ImageNetMean),
        ["trivial"] = new TrivialAugmentWide(),
        ["trivialbilinear"] = new TrivialAugmentWide(Sampling: WarpSampling.Bilinear),
        ["imagenet"] = new AutoAugment(),
        ["cifar10"] = new AutoAugment(AutoAugmentPolicy.Cifar10),
        ["svhn"] = new AutoAugment(AutoAugmentPolicy.Svhn, Fill: RgbColor.Grey),
        ["jitter"] = new ColorJitter(0.4, 0.4, 0.4, 0.1),
        ["jitter3"] = new ColorJitter(0.3, 0.3, 0.3),
        ["jitterbright"] = new ColorJitter(Brightness: 1.7),
        ["grey"] = new RandomGrayscale(0.5),
        ["vertical"] = new RandomVerticalFlip(),
        ["resize"] = new ResizeTo(50, 20),
        ["reflect"] = new RandomCrop(9, 4, BorderKind.Reflected),
        ["augmix"] = new AugMix(),
        ["augmixdeep"] = new AugMix(10, 2, 4, 0.4, AllOperations: false, Sampling: WarpSampling.Nearest),
    };

    [Fact]
    public void Apply_EveryPolicyAndSeed_IsBitForBitTorchvisions() =>
        Compare(image => image < oracle.Made).ShouldBe(Policies.Count);

    [PhotographsFact]
    public void Apply_OnPhotographs_IsBitForBitTorchvisions() =>
        Compare(image => image >= oracle.Made).ShouldBe(Policies.Count);

    [Fact]
    public void Magnitudes_OfEveryOperationAndBin_AreBitForBitTorchvisions()
    {
        var spaces = new Dictionary<string, TorchvisionMagnitudes>(StringComparer.Ordinal)
        {
            ["RandAugment"] = TorchvisionRandAugment.Magnitudes,
            ["RandAugment7"] = TorchvisionRandAugment.Magnitudes,
            ["AutoAugment"] = TorchvisionRandAugment.Magnitudes,
            ["TrivialAugmentWide"] = TrivialAugmentWide.Magnitudes,
            ["AugMix"] = AugMix.Magnitudes,
        };
        var cases = 0;
        foreach (var c in oracle.Cases("magnitudes"))
        {
            var space = spaces[c.GetProperty("policy").GetString()!];
            var operation = Enum.Parse<PixelOperation>(c.GetProperty("operation").GetString()!);
            double[] expected = [.. c.GetProperty("values").EnumerateArray().Select(e => e.GetDouble())];
            var bins = c.GetProperty("bins").GetInt32();
            var width = c.GetProperty("width").GetInt32();
            var height = c.GetProperty("height").GetInt32();
            double[] values =
            [
                .. Enumerable.Range(0, expected.Length).Select(i => space.Of(operation, i, bins, width, height)),
            ];
            values.ShouldAllBe(v => v == (float)v);
            ShouldBeLibtorchs([.. values.Select(v => (float)v)], [.. expected.Select(v => (float)v)], c.ToString());
            TorchvisionMagnitudes.IsSigned(operation).ShouldBe(c.GetProperty("signed").GetBoolean(), c.ToString());
            TorchvisionMagnitudes.IsPlain(operation).ShouldBe(expected.Length == 0, c.ToString());
            cases++;
        }
        cases.ShouldBe(5 * ((14 * 4) + 13));
    }

    [Fact]
    public void Linspace_ManyCounts_IsBitForBitLibtorchs()
    {
        foreach (var c in oracle.Cases("linspace"))
        {
            float[] expected = [.. c.GetProperty("values").EnumerateArray().Select(e => e.GetSingle())];
            var count = c.GetProperty("count").GetInt32();
            float[] values =
            [
                .. Enumerable
                    .Range(0, count)
                    .Select(i => TorchvisionMagnitudes.Linspace(0, c.GetProperty("to").GetDouble(), count, i)),
            ];
            ShouldBeLibtorchs(values, expected, c.GetProperty("to") + " in " + count);
        }
    }

    // Magnitudes are those of libtorch 1.13 whichever is installed, so that a policy stays what it is; libtorch 2 counts the second half of linspace from its end,
    // which rounds apart by a place of the largest number at most.
    private static void ShouldBeLibtorchs(float[] values, float[] expected, string of)
    {
        values.Length.ShouldBe(expected.Length, of);
        var most = expected.Select(MathF.Abs).DefaultIfEmpty().Max();
        var apart = TorchRuntime.Current.Version.StartsWith("1.", StringComparison.Ordinal)
            ? 0
            : MathF.BitIncrement(most) - most;
        for (var i = 0; i < values.Length; i++)
        {
            MathF
                .Abs(values[i] - expected[i])
                .ShouldBeLessThanOrEqualTo(apart, $"{of}: {values[i]} as number {i} in place of {expected[i]}");
        }
    }

    [Fact]
    public void Then_WithFaultySettings_NamesAllOfThem()
    {
        Message(new TorchvisionRandAugment(-1, 40, 31, WarpSampling.BilinearOrBicubic))
            .ShouldBe(
                "TorchvisionRandAugment: Operations is -1, expected at least 0; Magnitude is 40, expected 0..30, one of the 31 bins; "
                    + "Sampling is BilinearOrBicubic, expected Nearest, Bilinear or Bicubic."
            );
        Message(new TrivialAugmentWide(1)).ShouldContain("Bins is 1, expected at least 2");
        Message(new AugMix(11, 0, -1, 0))
            .ShouldBe(
                "AugMix: Severity is 11, expected 1..10; Width is 0, expected at least 1 chain; "
                    + "Depth is -1, expected at least 1, or 0 to draw it; Alpha is 0, expected above 0."
            );
        Message(new ColorJitter(-1, double.NaN, 1, 0.6))
            .ShouldBe(
                "ColorJitter: Brightness is -1, expected at least 0; Contrast is NaN, expected at least 0; Hue is 0.6, expected 0..0.5 of the circle."
            );
        Message(new AutoAugment((AutoAugmentPolicy)7)).ShouldContain("expected ImageNet, Cifar10 or Svhn");
        Message(new RandomGrayscale(1.5)).ShouldBe("RandomGrayscale: Probability is 1.5, expected 0..1.");
        Message(new RandomVerticalFlip(-0.1)).ShouldContain("Probability is -0.1");
        Message(new RandomCrop(8, -1, (BorderKind)4))
            .ShouldBe(
                "RandomCrop: Padding is -1, expected at least 0 pixels; Border is 4, expected Black or Reflected."
            );
        Message(new ResizeTo(0, 5)).ShouldContain("size is 0 x 5");
        Message(new RandomResizedCrop(8, 0.9, 0.5, 2, 1))
            .ShouldBe(
                "RandomResizedCrop: scale is 0.9..0.5, expected a range within 0..1; ratio is 2..1, expected a range that begins above 0."
            );
    }

    [Fact]
    public void Describe_OfEveryPolicy_IsAnotherText()
    {
        Policies.Values.Select(p => p.Describe()).Distinct(StringComparer.Ordinal).Count().ShouldBe(Policies.Count);
        Policies["augmix"]
            .ToString()
            .ShouldBe("AugMix(severity 3, 3 chains of 1..3, alpha 1, all operations, bilinear, fill 0 0 0)");
        Policies["svhn"].ToString().ShouldBe("AutoAugment(svhn, nearest, fill 128 128 128)");
        Policies
            .Values.Where(p => p is not (ResizeTo or RandomCrop))
            .ShouldAllBe(p => p.KeepsSize && p.FixedSize == null);
        Policies["resize"].FixedSize.ShouldBe((50, 20));
    }

    private static string Message(Transform transform) =>
        Should.Throw<ArgumentException>(() => Pipeline.Empty.Then(transform)).Message;

    private int Compare(Func<int, bool> wanted)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var buffer = new PixelBuffer();
        foreach (var c in oracle.Cases("policies"))
        {
            var image = c.GetProperty("image").GetInt32();
            if (!wanted(image))
            {
                continue;
            }
            var name = c.GetProperty("name").GetString()!;
            buffer.Load(oracle.Images[image]);
            var random = new TorchRandom(c.GetProperty("seed").GetInt64());
            Policies[name].Apply(buffer, random);
            var expected = oracle.Picture(c.GetProperty("result"));
            var which = $"{name}, image {image}, seed {c.GetProperty("seed")}";
            (buffer.Width, buffer.Height).ShouldBe((expected.Width, expected.Height), which);
            buffer.Pixels.SequenceEqual(expected.Pixels).ShouldBeTrue(which);
            random.RandInt(0, 1 << 30).ShouldBe(c.GetProperty("next").GetInt64(), which);
            seen.Add(name);
        }
        return seen.Count;
    }
}
