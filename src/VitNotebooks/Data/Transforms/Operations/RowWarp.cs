using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VitNotebooks.Data;

/// <summary>
/// Bicubic where every row moves along itself (shear and translation along x) or all rows down together (translation along y): the neighbours of a row's
/// places are stretches of the image, taken four numbers at a time. The arithmetic is <see cref="AffineWarp"/>'s, number by number, to the bit.
/// </summary>
internal static class RowWarp
{
    /// <summary>Narrower images have no inside.</summary>
    public const int LeastWidth = 8;

    public static void Run(ReadOnlySpan<byte> source, Span<byte> target, int width, int height, AffineMatrix m)
    {
        var stride = width * 3;
        var parts = ArrayPool<double>.Shared.Rent(stride);
        var numbers = ArrayPool<double>.Shared.Rent(4 * stride);
        (int From, int Behind, int Shift, bool Whole) inside = default;
        for (var y = 0; y < height; y++)
        {
            var yy = (m.E * (y + 0.5)) + m.F;
            if (!(yy >= 0 && yy < height))
            {
                continue;
            }
            if (y == 0 || m.B != 0 || inside.Behind == 0)
            {
                inside = Inside(m, y, width, parts);
            }
            var row = (int)Math.Floor(yy - 0.5);
            var down = yy - 0.5 - row;
            if (down != 0 && !inside.Whole)
            {
                AffineWarp.Bicubically(source, target, width, height, m, y, 0, width);
                continue;
            }
            if (inside.Behind - inside.From < 2) // fewer numbers than a vector has
            {
                AffineWarp.Bicubically(source, target, width, height, m, y, 0, width);
                continue;
            }
            var result = target.Slice(y * stride, stride);
            if (down == 0)
            {
                Along(source.Slice(row * stride, stride), result, inside, parts, numbers);
            }
            else
            {
                Down(source, result, row, height, inside, down, numbers);
            }
            AffineWarp.Bicubically(source, target, width, height, m, y, 0, inside.From);
            AffineWarp.Bicubically(source, target, width, height, m, y, inside.Behind, width);
        }
        ArrayPool<double>.Shared.Return(parts);
        ArrayPool<double>.Shared.Return(numbers);
    }

    // The columns whose four neighbours all lie in the row, so many columns further on, with how far each lies behind the second of them, three times;
    // and whether they all lie on it.
    private static (int From, int Behind, int Shift, bool Whole) Inside(
        AffineMatrix m,
        int y,
        int width,
        double[] parts
    )
    {
        var yc = y + 0.5;
        var from = -1;
        var shift = 0;
        var whole = true;
        var x = 0;
        while (x < width)
        {
            if (from >= 0 && x + Vector256<double>.Count <= width && Fit(m, yc, x, shift, width, parts, ref whole))
            {
                x += Vector256<double>.Count;
                continue;
            }
            var xx = (m.A * (x + 0.5)) + (m.B * yc) + m.C;
            var place = xx - 0.5;
            var left = (int)Math.Floor(place);
            var fits = xx >= 0 && xx < width && left >= 1 && left + 2 < width;
            if (from < 0 && fits)
            {
                (from, shift) = (x, left - x);
            }
            if (from >= 0 && (!fits || left - x != shift))
            {
                return (from, x, shift, whole);
            }
            var part = place - left;
            (parts[3 * x], parts[(3 * x) + 1], parts[(3 * x) + 2]) = (part, part, part);
            whole &= from < 0 || part == 0;
            x++;
        }
        return from < 0 ? (0, 0, 0, false) : (from, width, shift, whole);
    }

    // Whether all of the next four columns go on as those before, by the very operations of one; only then their parts are written.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Fit(AffineMatrix m, double yc, int x, int shift, int width, double[] parts, ref bool whole)
    {
        var columns = Vector256.Create((double)x) + Vector256.Create(0.0, 1.0, 2.0, 3.0);
        var xx =
            (Vector256.Create(m.A) * (columns + Vector256.Create(0.5)))
            + Vector256.Create(m.B * yc)
            + Vector256.Create(m.C);
        var place = xx - Vector256.Create(0.5);
        var left = Vector256.Floor(place);
        var most = Vector256.Create((double)width);
        var fits =
            Vector256.Equals(left, columns + Vector256.Create((double)shift))
            & Vector256.GreaterThanOrEqual(xx, Vector256<double>.Zero)
            & Vector256.LessThan(xx, most)
            & Vector256.GreaterThanOrEqual(left, Vector256.Create(1.0))
            & Vector256.LessThan(left + Vector256.Create(2.0), most);
        if (fits.ExtractMostSignificantBits() != 0b1111)
        {
            return false;
        }
        var part = place - left;
        // Each three times, for red, green and blue.
        ref var first = ref parts[3 * x];
        Avx2.Permute4x64(part, 0b01_00_00_00).StoreUnsafe(ref first);
        Avx2.Permute4x64(part, 0b10_10_01_01).StoreUnsafe(ref first, 4);
        Avx2.Permute4x64(part, 0b11_11_11_10).StoreUnsafe(ref first, 8);
        whole &= part == Vector256<double>.Zero;
        return true;
    }

    private static void Along(
        ReadOnlySpan<byte> row,
        Span<byte> result,
        (int From, int Behind, int Shift, bool Whole) inside,
        double[] parts,
        double[] numbers
    )
    {
        var from = 3 * inside.From;
        var behind = 3 * inside.Behind;
        var shift = 3 * inside.Shift;
        if (inside.Whole)
        {
            row[(from + shift)..(behind + shift)].CopyTo(result[from..behind]);
            return;
        }
        Widen(row, numbers, 0);
        for (var i = from; ; i = Math.Min(i + 4, behind - 4))
        {
            var at = i + shift;
            var value = AffineWarp.Cubic(
                Vector256.LoadUnsafe(ref numbers[0], (nuint)(at - 3)),
                Vector256.LoadUnsafe(ref numbers[0], (nuint)at),
                Vector256.LoadUnsafe(ref numbers[0], (nuint)(at + 3)),
                Vector256.LoadUnsafe(ref numbers[0], (nuint)(at + 6)),
                Vector256.LoadUnsafe(ref parts[0], (nuint)i)
            );
            Put(value, ref result[i]);
            if (i == behind - 4)
            {
                return;
            }
        }
    }

    private static void Down(
        ReadOnlySpan<byte> source,
        Span<byte> result,
        int row,
        int height,
        (int From, int Behind, int Shift, bool Whole) inside,
        double down,
        double[] numbers
    )
    {
        var stride = result.Length;
        // A row outside repeats its neighbour's value.
        var a = Math.Max(row - 1, 0);
        var b = row >= 0 ? row : a;
        var c = row + 1 < height ? row + 1 : b;
        var d = row + 2 < height ? row + 2 : c;
        ReadOnlySpan<int> rows = [a, b, c, d];
        for (var i = 0; i < rows.Length; i++)
        {
            Widen(source.Slice(rows[i] * stride, stride), numbers, i * stride);
        }
        var from = 3 * inside.From;
        var behind = 3 * inside.Behind;
        var t = Vector256.Create(down);
        for (var i = from; ; i = Math.Min(i + 4, behind - 4))
        {
            var at = (nuint)(i + (3 * inside.Shift));
            var next = (nuint)stride;
            var value = AffineWarp.Cubic(
                Vector256.LoadUnsafe(ref numbers[0], at),
                Vector256.LoadUnsafe(ref numbers[0], at + next),
                Vector256.LoadUnsafe(ref numbers[0], at + (2 * next)),
                Vector256.LoadUnsafe(ref numbers[0], at + (3 * next)),
                t
            );
            Put(value, ref result[i]);
            if (i == behind - 4)
            {
                return;
            }
        }
    }

    private static void Widen(ReadOnlySpan<byte> row, double[] numbers, int at)
    {
        ref var first = ref MemoryMarshal.GetReference(row);
        var i = 0;
        for (; i + 4 <= row.Length; i += 4)
        {
            Avx.ConvertToVector256Double(
                    Sse41.ConvertToVector128Int32(
                        Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref first, i))).AsByte()
                    )
                )
                .StoreUnsafe(ref numbers[at + i]);
        }
        for (; i < row.Length; i++)
        {
            numbers[at + i] = row[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(Vector256<double> value, ref byte to)
    {
        value = Vector256.Min(Vector256.Max(value, Vector256<double>.Zero), Vector256.Create(255.0));
        var whole = Avx.ConvertToVector128Int32WithTruncation(value);
        var words = Sse2.PackSignedSaturate(whole, whole);
        Unsafe.WriteUnaligned(ref to, Sse2.PackUnsignedSaturate(words, words).AsUInt32().ToScalar());
    }
}
