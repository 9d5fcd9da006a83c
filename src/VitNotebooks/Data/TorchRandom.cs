using System.Runtime.Intrinsics;

namespace VitNotebooks.Data;

/// <summary>
/// PyTorch's CPU generator in managed code: MT19937 seeded with the low 32 bits of the seed, and the arithmetic by which libtorch
/// 1.13 turns its words into <c>uniform_</c>, <c>randint</c> and <c>randperm</c>. The same seed gives the same bits as
/// <c>torch.Generator().manual_seed(seed)</c>, without a native call, so that every sample can own a generator.
/// </summary>
/// <remarks>Not thread-safe. Seeding costs about 1 us, a draw a few ns. Tested against python3-torch (tests/oracles/transforms.py).</remarks>
public sealed class TorchRandom
{
    private const int N = 624;
    private const int M = 397;
    private const int NormalGroup = 16;
    private const float MinNormal = 1.17549435e-38f;
    private readonly uint[] _state = new uint[N];
    private int _next;
    private int _filled;
    private double? _secondNormal;

    /// <summary>A generator as after <c>manual_seed(seed)</c>.</summary>
    /// <param name="seed">Any value; like libtorch's, only its low 32 bits matter.</param>
    public TorchRandom(long seed) => ManualSeed(seed);

    /// <summary>Starts again as after <c>manual_seed(seed)</c>; reuses the memory.</summary>
    public void ManualSeed(long seed)
    {
        _state[0] = unchecked((uint)seed);
        _filled = 1;
        _next = 0;
        _secondNormal = null;
    }

    // Each word follows from the one before; a sample draws few numbers, and pays for the words that they need.
    private void Fill(int count)
    {
        var s = _state;
        var word = s[_filled - 1];
        for (var i = _filled; i < count && i < s.Length; i++)
        {
            word = (1812433253u * (word ^ (word >> 30))) + (uint)i;
            s[i] = word;
        }
        _filled = count;
    }

    /// <summary>
    /// A 64-bit seed from three coordinates, each bit of which depends on every bit of them, so that (seed, epoch, sample)
    /// names one stream. <see cref="SplitMix64"/>, applied once a coordinate.
    /// </summary>
    public static long Mix(long seed, long epoch, long sample)
    {
        var h = SplitMix64.Mix((ulong)seed + SplitMix64.Increment);
        h = SplitMix64.Mix(h ^ ((ulong)epoch + SplitMix64.Increment));
        return (long)SplitMix64.Mix(h ^ ((ulong)sample + SplitMix64.Increment));
    }

    /// <summary>The next 32-bit word. The twist is done word by word, so that a short stream pays for what it draws.</summary>
    public uint NextUInt32()
    {
        var s = _state;
        var i = _next;
        var after = i + 1 == N ? 0 : i + 1;
        var far = i + M >= N ? i + M - N : i + M;
        if (far >= _filled)
        {
            Fill(Math.Min(far + 16, N));
        }
        var y = (s[i] & 0x80000000u) | (s[after] & 0x7fffffffu);
        var word = s[far] ^ (y >> 1) ^ ((y & 1) != 0 ? 0x9908b0dfu : 0u);
        s[i] = word;
        _next = after;
        word ^= word >> 11;
        word ^= (word << 7) & 0x9d2c5680u;
        word ^= (word << 15) & 0xefc60000u;
        return word ^ (word >> 18);
    }

    /// <summary>Two words, the first one high: libtorch's <c>random64</c>.</summary>
    public ulong NextUInt64()
    {
        ulong high = NextUInt32();
        return (high << 32) | NextUInt32();
    }

    /// <summary><c>torch.empty(1).uniform_(from, to)</c>: float32 from 24 bits of one word, scaled with one rounding (libtorch's AVX2 build fuses it).</summary>
    public float Uniform(double from = 0, double to = 1)
    {
        var low = (float)from;
        var high = (float)to;
        var unit = (NextUInt32() & 0xFFFFFF) * (1f / (1 << 24));
        return MathF.FusedMultiplyAdd(unit, high - low, low);
    }

    /// <summary><c>torch.empty(1, dtype=torch.float64).uniform_(from, to)</c>: 53 bits of two words.</summary>
    public double UniformDouble(double from = 0, double to = 1)
    {
        var unit = (NextUInt64() & ((1UL << 53) - 1)) * (1.0 / (1UL << 53));
        return Math.FusedMultiplyAdd(unit, to - from, from);
    }

    /// <summary><c>torch.randint(low, high, (1,))</c>: low &lt;= value &lt; high.</summary>
    /// <exception cref="ArgumentOutOfRangeException">high is not above low.</exception>
    public long RandInt(long low, long high)
    {
        if (high <= low)
        {
            throw new ArgumentOutOfRangeException(
                nameof(high),
                high,
                $"TorchRandom.RandInt: the range [{low}, {high}) is empty; high must be above low."
            );
        }
        var range = (ulong)high - (ulong)low;
        var word = range >= 1UL << 32 ? NextUInt64() : NextUInt32();
        return (long)((ulong)low + (word % range));
    }

    /// <summary>
    /// One standard normal number in double, as <c>torch.empty(1, dtype=torch.float64).normal_()</c>: Box and Muller's pair, the second of which is kept
    /// for the next call. The logarithm and the sines are the C library's.
    /// </summary>
    public double Normal()
    {
        if (_secondNormal is { } second)
        {
            _secondNormal = null;
            return second;
        }
        var turn = 2.0 * Math.PI * UniformDouble();
        var radius = Math.Sqrt(-2.0 * Math.Log(1.0 - UniformDouble()));
        _secondNormal = radius * Math.Sin(turn);
        return radius * Math.Cos(turn);
    }

    /// <summary>
    /// Standard normal numbers as <c>torch.empty(n).normal_()</c> draws them: below 16 one by one, else in groups of 16 from the words of
    /// <see cref="Uniform"/>, the last group over again where n is no multiple of 16. Equal to torch's within 1e-6 (its logarithm and sines are approximations).
    /// </summary>
    public void FillNormal(Span<float> values)
    {
        if (values.Length < NormalGroup)
        {
            foreach (ref var value in values)
            {
                value = (float)Normal();
            }
            return;
        }
        FillUniform(values);
        var whole = values.Length - (values.Length % NormalGroup);
        for (var i = 0; i < whole; i += NormalGroup)
        {
            Transform(values.Slice(i, NormalGroup));
        }
        if (whole < values.Length)
        {
            var last = values[^NormalGroup..];
            FillUniform(last);
            Transform(last);
        }
    }

    /// <summary>As many numbers of <see cref="Uniform"/>, the same ones, eight words at a time.</summary>
    internal void FillUniform(Span<float> values)
    {
        var s = _state;
        var done = 0;
        while (done < values.Length)
        {
            var at = _next;
            // Up to where the word M further on is one of the next round, and up to the last word, whose neighbour is.
            var border = at < N - M ? N - M : N - 1;
            var whole = Math.Min(border - at, values.Length - done) & ~(Vector256<uint>.Count - 1);
            if (whole <= 0)
            {
                values[done++] = Uniform();
                continue;
            }
            Fill(N);
            var far = at < N - M ? M : M - N;
            for (var i = at; i < at + whole; i += Vector256<uint>.Count, done += Vector256<uint>.Count)
            {
                var y =
                    (Vector256.LoadUnsafe(ref s[i]) & Vector256.Create(0x80000000u))
                    | (Vector256.LoadUnsafe(ref s[i + 1]) & Vector256.Create(0x7fffffffu));
                var odd = Vector256<uint>.Zero - (y & Vector256<uint>.One);
                var word = Vector256.LoadUnsafe(ref s[i + far]) ^ (y >>> 1) ^ (odd & Vector256.Create(0x9908b0dfu));
                word.StoreUnsafe(ref s[i]);
                word ^= word >>> 11;
                word ^= (word << 7) & Vector256.Create(0x9d2c5680u);
                word ^= (word << 15) & Vector256.Create(0xefc60000u);
                word ^= word >>> 18;
                var unit = Vector256.ConvertToSingle((word & Vector256.Create(0xFFFFFFu)).AsInt32());
                (unit * (1f / (1 << 24))).CopyTo(values[done..]);
            }
            _next = at + whole;
        }
    }

    /// <summary>
    /// A gamma number with scale 1, as torch's <c>_standard_gamma</c> in double: Marsaglia and Tsang 2000, with their boost for a shape below 1.
    /// </summary>
    /// <param name="shape">Above 0.</param>
    public double Gamma(double shape)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shape);
        double scale = 1;
        if (shape < 1)
        {
            scale = Math.Pow(1 - UniformDouble(), 1 / shape);
            shape += 1;
        }
        var d = shape - (1f / 3f);
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double x;
            double y;
            do
            {
                x = Normal();
                y = 1 + (c * x);
            } while (y <= 0);
            var v = y * y * y;
            var u = 1 - UniformDouble();
            var square = x * x;
            if (u < 1 - (0.0331f * square * square) || Math.Log(u) < (0.5 * square) + (d * (1 - v + Math.Log(v))))
            {
                return scale * d * v;
            }
        }
    }

    /// <summary>Shares that add up to 1, as <c>torch._sample_dirichlet</c> of as many equal float32 concentrations.</summary>
    /// <param name="concentration">Above 0; 1 makes all shares equally likely.</param>
    /// <param name="shares">One number a share.</param>
    public void Dirichlet(double concentration, Span<float> shares)
    {
        var gammas = shares.Length <= 64 ? stackalloc double[shares.Length] : new double[shares.Length];
        double sum = 0;
        foreach (ref var gamma in gammas)
        {
            gamma = Math.Max(2.2250738585072014e-308, Gamma((float)concentration));
            sum += gamma;
        }
        for (var i = 0; i < shares.Length; i++)
        {
            shares[i] = Math.Clamp((float)(gammas[i] / sum), MinNormal, MathF.BitDecrement(1f));
        }
    }

    /// <summary>A number of 0..1 from Beta(a, a): two gammas, the first one's share.</summary>
    /// <param name="a">Above 0; below 1 the ends are likelier than the middle.</param>
    public double Beta(double a)
    {
        var first = Gamma(a);
        var sum = first + Gamma(a);
        return sum > 0 ? first / sum : 0.5;
    }

    /// <summary><c>torch.randperm(n)</c>: the numbers 0..n-1 in random order.</summary>
    public int[] RandPerm(int n)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        var order = new int[n];
        for (var i = 0; i < n; i++)
        {
            order[i] = i;
        }
        for (var i = 0; i < n - 1; i++)
        {
            var other = i + (int)(NextUInt32() % (uint)(n - i));
            (order[i], order[other]) = (order[other], order[i]);
        }
        return order;
    }

    // Eight pairs: the first number of a pair gives the radius, the second the turn.
    private static void Transform(Span<float> group)
    {
        var u = Vector256<float>.One - Vector256.Create<float>(group[..8]);
        var radius = Vector256.Sqrt(Vector256.Create(-2f) * Vector256.Log(u));
        var turn = Vector256.Create(2f * MathF.PI) * Vector256.Create<float>(group[8..]);
        var (sin, cos) = Vector256.SinCos(turn);
        (radius * cos).CopyTo(group);
        (radius * sin).CopyTo(group[8..]);
    }

    /// <summary>
    /// float32 e^x with libtorch's bits on the CPU (Sleef's expf with at most 1 ulp of error; the C library's differs from it in 7% of
    /// values, which would move a crop box by a pixel once in a great while). |x| up to 80.
    /// </summary>
    internal static float Exp(float x)
    {
        var q = MathF.Round(x * 1.442695040888963407f, MidpointRounding.ToEven);
        var s = MathF.FusedMultiplyAdd(q, -0.693145751953125f, x);
        s = MathF.FusedMultiplyAdd(q, -1.428606765330187045e-06f, s);
        var p = MathF.FusedMultiplyAdd(0.000198527617612853646f, s, 0.00139304355252534151f);
        p = MathF.FusedMultiplyAdd(p, s, 0.00833336077630519867f);
        p = MathF.FusedMultiplyAdd(p, s, 0.0416664853692054749f);
        p = MathF.FusedMultiplyAdd(p, s, 0.16666667163372039795f);
        p = MathF.FusedMultiplyAdd(p, s, 0.5f);
        return MathF.ScaleB(1f + MathF.FusedMultiplyAdd(s * s, p, s), (int)q);
    }
}
