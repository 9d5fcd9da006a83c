using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VitNotebooks.Data;

/// <summary>Sixteen pixels of three bytes in three vectors, and the two ways in which their bytes are moved.</summary>
internal readonly struct RgbVectors
{
    /// <summary>Pixels in it.</summary>
    public const int Pixels = 16;

    private const int Bytes = 3 * Pixels;

    // What is taken out of a vector that has not the byte.
    private const byte Nothing = 0x80;

    // [to][from]: the bytes of a plane, out of three vectors of pixels.
    private static readonly Vector128<byte>[][] s_planes = Masks((to, i) => (3 * i) + to);

    // [to][from]: the bytes of a third of the pixels in reverse order.
    private static readonly Vector128<byte>[][] s_reversed = Masks(
        (to, i) =>
        {
            var at = (16 * to) + i;
            return Bytes - 3 - (at / 3 * 3) + (at % 3);
        }
    );

    private readonly Vector128<byte> _first;
    private readonly Vector128<byte> _second;
    private readonly Vector128<byte> _third;

    private RgbVectors(Vector128<byte> first, Vector128<byte> second, Vector128<byte> third) =>
        (_first, _second, _third) = (first, second, third);

    /// <summary>The pixels that begin at a byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RgbVectors Load(ref byte pixels, int at) =>
        new(
            Vector128.LoadUnsafe(ref pixels, (nuint)at),
            Vector128.LoadUnsafe(ref pixels, (nuint)(at + 16)),
            Vector128.LoadUnsafe(ref pixels, (nuint)(at + 32))
        );

    /// <summary>Red, green and blue apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (Vector128<byte> Red, Vector128<byte> Green, Vector128<byte> Blue) Planes() =>
        (Gather(s_planes[0]), Gather(s_planes[1]), Gather(s_planes[2]));

    /// <summary>
    /// Swaps the pixels of a row end for end, from both ends inwards as far as whole vectors go; how many bytes at either end are done.
    /// </summary>
    public static int SwapEnds(Span<byte> row)
    {
        if (!Ssse3.IsSupported)
        {
            return 0;
        }
        ref var start = ref MemoryMarshal.GetReference(row);
        var done = 0;
        for (; row.Length - (2 * done) >= 2 * Bytes; done += Bytes)
        {
            var far = row.Length - done - Bytes;
            var left = Load(ref start, done);
            var right = Load(ref start, far);
            right.StoreReversed(ref start, done);
            left.StoreReversed(ref start, far);
        }
        return done;
    }

    private void StoreReversed(ref byte pixels, int at)
    {
        Gather(s_reversed[0]).StoreUnsafe(ref pixels, (nuint)at);
        Gather(s_reversed[1]).StoreUnsafe(ref pixels, (nuint)(at + 16));
        Gather(s_reversed[2]).StoreUnsafe(ref pixels, (nuint)(at + 32));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector128<byte> Gather(Vector128<byte>[] masks) =>
        Ssse3.Shuffle(_first, masks[0]) | Ssse3.Shuffle(_second, masks[1]) | Ssse3.Shuffle(_third, masks[2]);

    private static Vector128<byte>[][] Masks(Func<int, int, int> source)
    {
        var masks = new Vector128<byte>[3][];
        for (var to = 0; to < 3; to++)
        {
            masks[to] = new Vector128<byte>[3];
            for (var from = 0; from < 3; from++)
            {
                var bytes = new byte[16];
                for (var i = 0; i < 16; i++)
                {
                    var at = source(to, i);
                    bytes[i] = at / 16 == from ? (byte)(at % 16) : Nothing;
                }
                masks[to][from] = Vector128.Create(bytes);
            }
        }
        return masks;
    }
}
