using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Data;

/// <summary>Who shares the lambda that <see cref="MixupCutMix"/> draws; image i always meets image B - 1 - i.</summary>
public enum MixMode
{
    /// <summary>The whole batch, and one box: timm's <c>batch</c>.</summary>
    Batch,

    /// <summary>Both images of a pair, which take from each other: timm's <c>pair</c>.</summary>
    Pair,

    /// <summary>Nobody: timm's <c>elem</c>.</summary>
    Elem,
}

/// <summary>Sides of CutMix's box as shares of the image's, evenly drawn between two.</summary>
/// <param name="Min">The smallest, 0..Max.</param>
/// <param name="Max">The largest, Min..1.</param>
public sealed record MixSides(double Min, double Max)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Min:0.######}..{Max:0.######}");
}

/// <summary>
/// Mixup (Zhang et al. 2017, arXiv:1710.09412) and CutMix (Yun et al. 2019, arXiv:1905.04899) of a batch as timm 0.4.12's <c>Mixup</c>: blends or pastes
/// boxes, corrects lambda to the box's area, and mixes the labels, smoothed by as much as is said where targets are made. It works where the tensors are
/// and never waits for the device. The draws come from the generator given; timm draws from numpy's: the distribution is its, the draws are not.
/// It prints itself, compares by value and serializes as JSON: a recipe's mixing is a part of its run's identity.
/// </summary>
/// <param name="MixupAlpha">Lambda is Beta(a, a); 0 turns mixup off. Default 0.8.</param>
/// <param name="CutMixAlpha">Lambda is Beta(a, a); 0 turns CutMix off. Default 1.</param>
/// <param name="Probability">That a batch, pair or image is mixed at all, 0..1. Default 1.</param>
/// <param name="SwitchProbability">That CutMix is taken where both are on, 0..1. Default 0.5.</param>
/// <param name="Mode">Default batch.</param>
/// <param name="CorrectLambda">Lambda becomes the share that the clipped box leaves. Default true.</param>
/// <param name="CutMixSides">Sides of the box; null takes them from lambda, as usual.</param>
/// <example><code>
/// var mix = new MixupCutMix();
/// MixDraw draw = mix.Draw(batch.Count, 224, 224, new TorchRandom(TorchRandom.Mix(seed, epoch, step)));
/// Tensor images = draw.Images(batch.Images), targets = draw.Targets(batch.Labels, classes, smoothing: 0.1);
/// </code></example>
public sealed record MixupCutMix(
    double MixupAlpha = 0.8,
    double CutMixAlpha = 1,
    double Probability = 1,
    double SwitchProbability = 0.5,
    MixMode Mode = MixMode.Batch,
    bool CorrectLambda = true,
    MixSides? CutMixSides = null
)
{
    private bool Cuts => CutMixAlpha > 0 || CutMixSides is not null;

    /// <summary>Draws what a batch is mixed with.</summary>
    /// <param name="count">
    /// Images of the batch, at least 1. timm refuses an odd number; here its middle image meets itself and stays what it is, so that a last or a
    /// broken batch is mixed as far as it can be.
    /// </param>
    /// <param name="height">Rows of an image.</param>
    /// <param name="width">Columns of an image.</param>
    /// <param name="random">The step's own generator.</param>
    /// <exception cref="ArgumentException">Settings out of range; all faults are named.</exception>
    public MixDraw Draw(int count, int height, int width, TorchRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        Check(count, height, width);
        var draws = Mode switch
        {
            MixMode.Batch => 1,
            MixMode.Pair => count / 2,
            _ => count,
        };
        var parts = new MixPart[draws];
        for (var i = 0; i < draws; i++)
        {
            parts[i] = DrawOne(height, width, random);
        }
        return new MixDraw(Mode, count, parts);
    }

    /// <summary>Draws, mixes the images and makes the targets: <see cref="Draw"/>, <see cref="MixDraw.Images"/> and <see cref="MixDraw.Targets"/> in one.</summary>
    /// <param name="images">Float <c>[B, C, H, W]</c>; left as it is.</param>
    /// <param name="labels">int64 <c>[B]</c> on the same device.</param>
    /// <param name="classes">K, above every label.</param>
    /// <param name="random">The step's own generator.</param>
    /// <param name="smoothing">Share of the labels spread over all classes, 0..1.</param>
    /// <returns>Images <c>[B, C, H, W]</c> and targets float32 <c>[B, K]</c>; the caller (or his dispose scope) owns both.</returns>
    public (Tensor Images, Tensor Targets) Apply(
        Tensor images,
        Tensor labels,
        int classes,
        TorchRandom random,
        double smoothing = 0
    )
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(labels);
        var shape = images.shape;
        if (shape.Length != 4)
        {
            throw new ArgumentException(
                $"MixupCutMix: images have shape [{string.Join(", ", shape)}]; expected [B, C, H, W].",
                nameof(images)
            );
        }
        var draw = Draw((int)shape[0], (int)shape[2], (int)shape[3], random);
        return (draw.Images(images), draw.Targets(labels, classes, smoothing));
    }

    /// <summary>What is out of range, a sentence without its full stop each; none where all is well.</summary>
    public IReadOnlyList<string> Faults()
    {
        var faults = new List<string>();
        (string Name, double Value, double Most)[] ranges =
        [
            (nameof(MixupAlpha), MixupAlpha, double.MaxValue),
            (nameof(CutMixAlpha), CutMixAlpha, double.MaxValue),
            (nameof(Probability), Probability, 1),
            (nameof(SwitchProbability), SwitchProbability, 1),
        ];
        foreach (var (name, value, most) in ranges)
        {
            if (!(value >= 0 && value <= most))
            {
                faults.Add(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{name} is {value}, expected {(most == 1 ? "0..1" : "at least 0")}"
                    )
                );
            }
        }
        if (MixupAlpha == 0 && !Cuts)
        {
            faults.Add("MixupAlpha and CutMixAlpha are 0, expected one of them above 0");
        }
        if (CutMixSides is { } sides && !(sides.Min >= 0 && sides.Min <= sides.Max && sides.Max <= 1))
        {
            faults.Add($"CutMixSides is {sides}, expected a range within 0..1");
        }
        if (!Enum.IsDefined(Mode))
        {
            faults.Add($"Mode is {Mode}, expected Batch, Pair or Elem");
        }
        return faults;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"MixupCutMix(mixup {MixupAlpha:0.######}, cutmix {CutMixAlpha:0.######}, probability {Probability:0.######}, switch {SwitchProbability:0.######}, "
        )
        + $"{Mode.ToString().ToLowerInvariant()}{(CorrectLambda ? "" : ", lambda not corrected")}{(CutMixSides is null ? "" : $", sides {CutMixSides}")})";

    // timm clips the box of a square that lambda gives around a place anywhere in the image, or draws sides and a place inside.
    private MixPart DrawOne(int height, int width, TorchRandom random)
    {
        if (random.UniformDouble() >= Probability)
        {
            return MixPart.None;
        }
        var cut = Cuts && (MixupAlpha == 0 || random.UniformDouble() < SwitchProbability);
        var lambda = random.Beta(cut ? (CutMixSides is null ? CutMixAlpha : 1) : MixupAlpha);
        if (!cut)
        {
            return new MixPart(lambda, null);
        }
        var box = CutMixSides is { } sides
            ? DrawSides(height, width, sides, random)
            : MixBox.Around(height, width, lambda, (int)random.RandInt(0, height), (int)random.RandInt(0, width));
        return new MixPart(CorrectLambda || CutMixSides is not null ? box.Lambda(height, width) : lambda, box);
    }

    private static MixBox DrawSides(int height, int width, MixSides sides, TorchRandom random)
    {
        var h = Side(height, sides, random);
        var w = Side(width, sides, random);
        var top = (int)random.RandInt(0, Math.Max(height - h, 1));
        var left = (int)random.RandInt(0, Math.Max(width - w, 1));
        return new MixBox(top, top + h, left, left + w);
    }

    private static int Side(int side, MixSides share, TorchRandom random)
    {
        var least = (int)(side * share.Min);
        return (int)random.RandInt(least, Math.Max((int)(side * share.Max), least + 1));
    }

    private void Check(int count, int height, int width)
    {
        List<string> faults = [.. Faults()];
        if (count < 1 || height < 1 || width < 1)
        {
            faults.Add($"the batch has {count} images of {height} x {width}, expected at least 1 of each");
        }
        if (faults.Count > 0)
        {
            throw new ArgumentException($"MixupCutMix: {string.Join("; ", faults)}.");
        }
    }
}
