using TorchSharp.Dispatch;

namespace TorchSharp;

// Whole random numbers, permutations and single draws. The same bits as Python's PyTorch on the same libtorch.
public static partial class torch
{
    /// <summary>Whole numbers from 0 up to, not including, <paramref name="high"/>.</summary>
    public static Tensor randint(
        long high,
        Size size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null,
        string[]? names = null
    ) => randint(0, high, size, dtype, device, requires_grad, generator, names);

    public static Tensor randint(
        long high,
        long[] size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null,
        string[]? names = null
    ) => randint(0, high, new Size(size), dtype, device, requires_grad, generator, names);

    public static Tensor randint(
        int high,
        int[] size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null,
        string[]? names = null
    ) => randint(0, high, new Size(size), dtype, device, requires_grad, generator, names);

    /// <summary>Whole numbers from <paramref name="low"/> up to, not including, <paramref name="high"/>.</summary>
    public static Tensor randint(
        long low,
        long high,
        Size size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null,
        string[]? names = null
    ) =>
        Made(
            Aten.randint_low_generator(
                low,
                high,
                size.Lengths,
                generator,
                dtype: dtype ?? ScalarType.Int64,
                device: device ?? s_device
            ),
            requires_grad,
            names
        );

    public static Tensor randint(
        long low,
        long high,
        long[] size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null,
        string[]? names = null
    ) => randint(low, high, new Size(size), dtype, device, requires_grad, generator, names);

    public static Tensor randint(
        int low,
        int high,
        int[] size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null,
        string[]? names = null
    ) => randint(low, high, new Size(size), dtype, device, requires_grad, generator, names);

    /// <summary>0 to n - 1 in random order.</summary>
    public static Tensor randperm(
        long n,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null
    ) =>
        Made(
            Aten.randperm_generator(n, generator, dtype: dtype ?? ScalarType.Int64, device: device ?? s_device),
            requires_grad
        );

    public static Tensor randperm(long n, Tensor @out, Generator? generator = null) =>
        Aten.randperm_generator_out(n, generator, @out);

    /// <summary>Numbers of a normal distribution with this mean and standard deviation.</summary>
    public static Tensor normal(
        double mean,
        double std,
        ReadOnlySpan<long> size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null,
        string[]? names = null
    ) =>
        Made(
            Aten.normal_float_float(
                mean,
                std,
                size,
                generator: generator,
                dtype: dtype ?? s_dtype,
                device: device ?? s_device
            ),
            requires_grad,
            names
        );

    /// <summary>One number from [0, 1).</summary>
    public static double rand_float(Generator? generator = null)
    {
        using var draw = rand(1, generator: generator);
        return draw.ToDouble();
    }

    /// <summary>One number of the standard normal distribution.</summary>
    public static double randn_float(Generator? generator = null)
    {
        using var draw = randn(1, generator: generator);
        return draw.ToDouble();
    }

    public static int randint_int(int high, Generator? generator = null) => (int)randint_long(0, high, generator);

    public static int randint_int(int low, int high, Generator? generator = null) =>
        (int)randint_long(low, high, generator);

    public static long randint_long(long high, Generator? generator = null) => randint_long(0, high, generator);

    public static long randint_long(long low, long high, Generator? generator = null)
    {
        using var draw = randint(low, high, 1, generator: generator);
        return draw.ToInt64();
    }

    /// <summary>A coin.</summary>
    public static bool randint_bool(Generator? generator = null) => randint_long(0, 2, generator) == 1;

    public static Tensor rand_out(Tensor input, params long[] sizes) => Aten.rand_out(sizes, input);

    public static Tensor randint_out(Tensor input, long high, long[] sizes) => Aten.randint_out(high, sizes, input);

    public static Tensor randperm_out(Tensor input, long n) => Aten.randperm_out(n, input);
}
