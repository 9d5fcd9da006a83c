using System.Globalization;
using TorchSharp;

namespace VitNotebooks.Acceleration;

/// <summary>Counts multiply-adds while something runs: matrix products and convolutions, one a product, as fvcore counts them.</summary>
/// <remarks>
/// Counted where libtorch runs them, so that products in somebody's own attention count like those of a linear layer. Only the calling thread's.
/// </remarks>
[BeyondTorchSharp]
public static class MatrixProducts
{
    private static readonly Lock s_one = new();

    /// <summary>Runs something and counts.</summary>
    /// <param name="run">What to run; ranges of <see cref="Inside"/> in it divide the count.</param>
    /// <returns>
    /// Multiply-adds by the innermost range that they ran in, empty for none; null where products cannot be seen: without the
    /// module <c>profiler</c>, or while a <see cref="Profiler"/> of the caller's runs.
    /// </returns>
    public static IReadOnlyDictionary<string, long>? Count(Action run)
    {
        ArgumentNullException.ThrowIfNull(run);
        lock (s_one) // there is one profiler a process
        {
            if (Profiler.Refusal is not null || Profiler.IsRunning)
            {
                run();
                return null;
            }
            using var profile = Profiler.Start(shapes: true, allThreads: false);
            run();
            profile.Stop();
            return Sum(profile);
        }
    }

    private static Dictionary<string, long> Sum(Profile profile)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        var open = new Stack<(long End, string Name)>();
        foreach (var e in profile.Events)
        {
            while (open.TryPeek(out var range) && e.StartNanoseconds >= range.End)
            {
                open.Pop();
            }
            if (e.Kind == ProfiledKind.Range)
            {
                open.Push((e.StartNanoseconds + e.Nanoseconds, e.Name));
            }
            else if (e.Kind == ProfiledKind.Operation && Products(e.Name, e.Shapes) is > 0 and var products)
            {
                var name = open.TryPeek(out var range) ? range.Name : "";
                counts[name] = counts.GetValueOrDefault(name) + products;
            }
        }
        return counts;
    }

    /// <summary>A range that is counted apart, until it is disposed on the same thread.</summary>
    public static IDisposable Inside(string name) => new Range(Profiler.Range(name));

    private sealed class Range(ProfilerRange range) : IDisposable
    {
        private ProfilerRange _range = range;

        public void Dispose() => _range.Dispose();
    }

    // The innermost operators alone: what calls them is not counted beside them.
    private static long Products(string name, string? shapes) =>
        name switch
        {
            "aten::mm" or "aten::bmm" or "aten::mv" or "aten::dot" => Matrices(shapes, 0, 1),
            "aten::addmm" or "aten::baddbmm" or "aten::addmv" or "aten::addbmm" => Matrices(shapes, 1, 2),
            "aten::convolution" => Convolution(shapes),
            "aten::_scaled_dot_product_flash_attention_for_cpu"
            or "aten::_scaled_dot_product_flash_attention"
            or "aten::_scaled_dot_product_efficient_attention"
            or "aten::_scaled_dot_product_cudnn_attention" => Attention(shapes),
            _ => 0,
        };

    // [.., n, k] times [.., k, m]; the second may be a vector.
    private static long Matrices(string? shapes, int first, int second)
    {
        var parts = Split(shapes);
        var (a, b) = (Sizes(parts, first), Sizes(parts, second));
        return a.Length == 0 || b.Length == 0 ? 0
            : b.Length == 1 ? Product(a)
            : Product(a) * b[^1];
    }

    // Scores and mixture: twice queries x keys x width.
    private static long Attention(string? shapes)
    {
        var parts = Split(shapes);
        var (q, k, v) = (Sizes(parts, 0), Sizes(parts, 1), Sizes(parts, 2));
        return q.Length < 2 || k.Length < 2 || v.Length < 2
            ? 0
            : Product(q) * k[^2] + Product(q) / q[^1] * k[^2] * v[^1];
    }

    // input, weight, bias, stride, padding, dilation, transposed, output padding, groups
    private static long Convolution(string? shapes)
    {
        var parts = Split(shapes);
        if (parts.Count < 9)
        {
            return 0;
        }
        var (input, weight) = (Sizes(parts, 0), Sizes(parts, 1));
        var (stride, padding, dilation) = (Sizes(parts, 3), Sizes(parts, 4), Sizes(parts, 5));
        if (parts[6] == "1") // transposed: every cell of the input meets the whole kernel
        {
            return Product(input) * Product(weight[1..]);
        }
        var cells = input[0] * weight[0];
        for (var i = 2; i < input.Length; i++)
        {
            int At(long[] list) => (int)list[Math.Min(i - 2, list.Length - 1)];
            cells *= (input[i] + 2 * At(padding) - At(dilation) * (weight[i] - 1) - 1) / At(stride) + 1;
        }
        return cells * Product(weight[1..]);
    }

    // "[1,3,224,224], [96,3,4,4], -, (4,4)"
    private static List<string> Split(string? shapes) => shapes is null ? [] : [.. shapes.Split(", ")];

    private static long[] Sizes(List<string> parts, int index) =>
        index < parts.Count && parts[index] is ['[' or '(', .. var inner, _]
            ?
            [
                .. inner
                    .Split(',', StringSplitOptions.RemoveEmptyEntries)
                    .Select(n => long.Parse(n, CultureInfo.InvariantCulture)),
            ]
            : [];

    private static long Product(ReadOnlySpan<long> sizes)
    {
        var product = 1L;
        foreach (var size in sizes)
        {
            product *= size;
        }
        return product;
    }
}
