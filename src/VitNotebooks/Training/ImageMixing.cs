using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Training;

/// <summary>
/// Mixup (arXiv 1710.09412) and CutMix (arXiv 1905.04899) as timm 0.4.12 does them per batch: one share for the batch, the
/// partner of image i is image B - 1 - i, CutMix's share is corrected to the area that the clipped box really covers, and
/// labels are smoothed before they are mixed. The draw depends on (seed, epoch, step) alone; numpy's sequence, which the
/// localization paper's code uses, is not reproduced.
/// </summary>
internal static class ImageMixing
{
    /// <summary>What one batch is mixed with.</summary>
    /// <param name="Share">Share of the image itself, 0..1.</param>
    /// <param name="Box">Rows and columns taken from the partner; null for mixup.</param>
    public readonly record struct Draw(double Share, (int Top, int Bottom, int Left, int Right)? Box);

    /// <summary>Draws the batch's share and box.</summary>
    public static Draw Sample(TrainingRecipe recipe, int seed, int epoch, int step, int height, int width)
    {
        SplitMix random = new((ulong)RunRandomness.ForStep(~seed, epoch, step));
        bool cut = recipe.CutMix > 0 && (recipe.Mixup == 0 || random.Uniform() < 0.5);
        double share = random.Beta(cut ? recipe.CutMix : recipe.Mixup);
        if (!cut)
        {
            return new Draw(share, null);
        }
        double side = Math.Sqrt(1 - share);
        int boxHeight = (int)(height * side);
        int boxWidth = (int)(width * side);
        int row = (int)(random.Uniform() * height);
        int column = (int)(random.Uniform() * width);
        int top = Math.Clamp(row - (boxHeight / 2), 0, height);
        int bottom = Math.Clamp(row + (boxHeight / 2), 0, height);
        int left = Math.Clamp(column - (boxWidth / 2), 0, width);
        int right = Math.Clamp(column + (boxWidth / 2), 0, width);
        double area = (double)(bottom - top) * (right - left);
        return new Draw(1 - (area / ((double)height * width)), (top, bottom, left, right));
    }

    /// <summary>Mixed images [B, C, H, W]; the input is left as it is.</summary>
    public static Tensor Images(Tensor images, Draw draw)
    {
        using Tensor partner = images.flip(0);
        if (draw.Box is not (int top, int bottom, int left, int right))
        {
            return images.mul(draw.Share).add_(partner, 1 - draw.Share);
        }
        Tensor mixed = images.clone();
        if (bottom > top && right > left)
        {
            using Tensor target = mixed.narrow(2, top, bottom - top).narrow(3, left, right - left);
            using Tensor source = partner.narrow(2, top, bottom - top).narrow(3, left, right - left);
            target.copy_(source);
        }
        return mixed;
    }

    /// <summary>Targets [B, K]: smoothed one-hot labels, mixed with the partner's.</summary>
    public static Tensor Targets(Tensor labels, int classes, double smoothing, Draw draw)
    {
        double off = smoothing / classes;
        using var scope = NewDisposeScope();
        Tensor own = nn.functional.one_hot(labels, classes).to(float32).mul_(1 - smoothing).add_(off);
        Tensor mixed = own.mul(draw.Share).add_(own.flip(0), 1 - draw.Share);
        return mixed.MoveToOuterDisposeScope();
    }

    private struct SplitMix(ulong state)
    {
        public double Uniform()
        {
            state += 0x9E3779B97F4A7C15;
            ulong z = state;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
        }

        /// <summary>Beta(a, a) by Joehnk's rejection (1964): exact, and quick for the small parameters in use.</summary>
        public double Beta(double a)
        {
            if (a == 1)
            {
                return Uniform();
            }
            while (true)
            {
                double x = Math.Pow(Uniform(), 1 / a);
                double y = Math.Pow(Uniform(), 1 / a);
                if (x + y is > 0 and <= 1)
                {
                    return x / (x + y);
                }
            }
        }
    }
}
