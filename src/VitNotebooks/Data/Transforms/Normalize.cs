using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VitNotebooks.Data;

/// <summary>
/// From bytes to numbers, torchvision's <c>ToTensor</c> and <c>Normalize</c> in one: <c>(byte / 255 - mean) / std</c> in float32, channel by channel,
/// planes red, green, blue: <c>[3, H, W]</c>.
/// </summary>
public sealed class Normalize : IEquatable<Normalize>
{
    private readonly float[] _table = new float[3 * 256];
    private readonly float[] _mean;
    private readonly float[] _std;

    // Whether a product with the inverse and two steps of correction give every number of the table: they take a third of the time of two divisions.
    private readonly bool _byInverse;

    /// <summary>With mean and standard deviation of red, green and blue, in units of 0..1.</summary>
    /// <exception cref="ArgumentException">Not three values, or a std that is not positive.</exception>
    public Normalize(IReadOnlyList<float> mean, IReadOnlyList<float> std)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(std);
        if (mean.Count != 3 || std.Count != 3)
        {
            throw new ArgumentException(
                $"Normalize: {mean.Count} means and {std.Count} deviations given; expected 3 and 3, for red, green and blue."
            );
        }
        for (var c = 0; c < 3; c++)
        {
            if (!(std[c] > 0) || !float.IsFinite(std[c]) || !float.IsFinite(mean[c]))
            {
                throw new ArgumentException(
                    $"Normalize: mean {mean[c]} and std {std[c]} of channel {c}; expected finite numbers and a std above 0."
                );
            }
            for (var value = 0; value < 256; value++)
            {
                _table[(c * 256) + value] = ((value / 255f) - mean[c]) / std[c];
            }
        }
        Mean = _mean = [.. mean];
        Std = _std = [.. std];
        _byInverse = Fma.IsSupported && IsExactByInverse();
    }

    /// <summary>0..1: division by 255 alone, torchvision's <c>ToTensor</c>.</summary>
    public static Normalize UnitRange { get; } = new([0f, 0f, 0f], [1f, 1f, 1f]);

    /// <summary>Mean of red, green, blue.</summary>
    public IReadOnlyList<float> Mean { get; }

    /// <summary>Standard deviation of red, green, blue.</summary>
    public IReadOnlyList<float> Std { get; }

    /// <summary>Writes the image as three planes.</summary>
    /// <param name="pixels"><c>[H, W, 3]</c> bytes.</param>
    /// <param name="planes"><c>[3, H, W]</c> numbers.</param>
    public void Write(ReadOnlySpan<byte> pixels, Span<float> planes)
    {
        if (pixels.Length != planes.Length || pixels.Length % 3 != 0)
        {
            throw new ArgumentException(
                $"Normalize: {pixels.Length} bytes of pixels for {planes.Length} numbers; expected the same count, a multiple of 3."
            );
        }
        var count = pixels.Length / 3;
        ReadOnlySpan<float> red = _table.AsSpan(0, 256);
        ReadOnlySpan<float> green = _table.AsSpan(256, 256);
        ReadOnlySpan<float> blue = _table.AsSpan(512, 256);
        var r = planes[..count];
        var g = planes.Slice(count, count);
        var b = planes.Slice(2 * count, count);
        var done = WriteVectors(pixels, planes, count);
        for (
            int i = done, at = 3 * done;
            i < r.Length && i < g.Length && i < b.Length && at + 2 < pixels.Length;
            i++, at += 3
        )
        {
            r[i] = red[pixels[at]];
            g[i] = green[pixels[at + 1]];
            b[i] = blue[pixels[at + 2]];
        }
    }

    /// <summary>Writes an image that lies as planes already.</summary>
    /// <param name="bytes"><c>[3, H, W]</c> bytes.</param>
    /// <param name="planes"><c>[3, H, W]</c> numbers.</param>
    internal void WritePlanes(ReadOnlySpan<byte> bytes, Span<float> planes)
    {
        if (bytes.Length != planes.Length || bytes.Length % 3 != 0)
        {
            throw new ArgumentException(
                $"Normalize: {bytes.Length} bytes of planes for {planes.Length} numbers; expected the same count, a multiple of 3."
            );
        }
        var count = bytes.Length / 3;
        for (var c = 0; c < 3; c++)
        {
            var from = bytes.Slice(c * count, count);
            var to = planes.Slice(c * count, count);
            ref var source = ref MemoryMarshal.GetReference(from);
            ref var target = ref MemoryMarshal.GetReference(to);
            var i = 0;
            if (Avx2.IsSupported)
            {
                for (; i + Vector128<byte>.Count <= count; i += Vector128<byte>.Count)
                {
                    WriteChannel(Vector128.LoadUnsafe(ref source, (nuint)i), c, ref target, i);
                }
            }
            ReadOnlySpan<float> table = _table.AsSpan(c * 256, 256);
            for (; i < from.Length && i < to.Length; i++)
            {
                to[i] = table[from[i]];
            }
        }
    }

    /// <summary>The picture that numbers are of: mean and deviation undone, rounded, cut off at black and at white.</summary>
    /// <param name="planes"><c>[3, H, W]</c> numbers.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    public RgbImage Undo(ReadOnlySpan<float> planes, int width, int height)
    {
        var count = width * height;
        if (planes.Length != 3 * count)
        {
            throw new ArgumentException(
                $"Normalize: {planes.Length} numbers for {width} x {height}; expected 3 x {height} x {width} = {3 * count}."
            );
        }
        var pixels = new byte[3 * count];
        for (var c = 0; c < 3; c++)
        {
            for (var i = 0; i < count; i++)
            {
                var level = ((planes[(c * count) + i] * _std[c]) + _mean[c]) * 255;
                pixels[(3 * i) + c] = (byte)Math.Clamp(MathF.Round(level), 0, 255);
            }
        }
        return new RgbImage(width, height, pixels);
    }

    // Sixteen pixels at a time, by the very operations that fill the table; how many pixels were written.
    private int WriteVectors(ReadOnlySpan<byte> pixels, Span<float> planes, int count)
    {
        if (!Avx2.IsSupported)
        {
            return 0;
        }
        ref var source = ref MemoryMarshal.GetReference(pixels);
        ref var target = ref MemoryMarshal.GetReference(planes);
        var i = 0;
        for (; i + RgbVectors.Pixels <= count; i += RgbVectors.Pixels)
        {
            var (r, g, b) = RgbVectors.Load(ref source, 3 * i).Planes();
            WriteChannel(r, 0, ref target, i);
            WriteChannel(g, 1, ref target, count + i);
            WriteChannel(b, 2, ref target, (2 * count) + i);
        }
        return i;
    }

    private void WriteChannel(Vector128<byte> values, int channel, ref float target, int at)
    {
        var mean = Vector256.Create(_mean[channel]);
        var std = Vector256.Create(_std[channel]);
        var unit = Vector256.Create(255f);
        var low = Vector256.ConvertToSingle(Avx2.ConvertToVector256Int32(values));
        var high = Vector256.ConvertToSingle(Avx2.ConvertToVector256Int32(Sse2.ShiftRightLogical128BitLane(values, 8)));
        if (_byInverse)
        {
            var ofUnit = Vector256.Create(1f / 255f);
            var ofStd = Vector256.Create(1f / _std[channel]);
            Divide(Divide(low, unit, ofUnit) - mean, std, ofStd).StoreUnsafe(ref target, (nuint)at);
            Divide(Divide(high, unit, ofUnit) - mean, std, ofStd).StoreUnsafe(ref target, (nuint)(at + 8));
            return;
        }
        (((low / unit) - mean) / std).StoreUnsafe(ref target, (nuint)at);
        (((high / unit) - mean) / std).StoreUnsafe(ref target, (nuint)(at + 8));
    }

    // A quotient by the divisor's inverse, and what is left over divided once more (Markstein 1990): rounded as a division is, but for rare divisors,
    // and whether this one is among them is tried out beforehand.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Divide(Vector256<float> value, Vector256<float> by, Vector256<float> inverse)
    {
        var quotient = value * inverse;
        return Fma.MultiplyAdd(Fma.MultiplyAddNegated(quotient, by, value), inverse, quotient);
    }

    private bool IsExactByInverse()
    {
        for (var c = 0; c < 3; c++)
        {
            for (var value = 0; value < 256; value++)
            {
                var share = Divide(value, 255f) - _mean[c];
                if (Divide(share, _std[c]) != _table[(c * 256) + value])
                {
                    return false;
                }
            }
        }
        return true;

        static float Divide(float value, float by)
        {
            var inverse = 1f / by;
            var quotient = value * inverse;
            return MathF.FusedMultiplyAdd(MathF.FusedMultiplyAdd(-quotient, by, value), inverse, quotient);
        }
    }

    /// <inheritdoc/>
    public bool Equals(Normalize? other) =>
        other is not null && Mean.SequenceEqual(other.Mean) && Std.SequenceEqual(other.Std);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Normalize);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Mean[0], Mean[1], Mean[2], Std[0], Std[1], Std[2]);

    /// <inheritdoc/>
    public override string ToString() => $"Normalize(mean {Join(Mean)}, std {Join(Std)})";

    private static string Join(IReadOnlyList<float> values) =>
        string.Join(' ', values.Select(v => v.ToString("0.######", CultureInfo.InvariantCulture)));
}
