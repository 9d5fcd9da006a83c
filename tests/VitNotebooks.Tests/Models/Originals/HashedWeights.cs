using System.Text;
using TorchSharp;
using VitNotebooks.Models;
using static TorchSharp.torch;

namespace VitNotebooks.Tests.Models.Originals;

/// <summary>Weights that both sides can make without a file: hashes of a tensor's name and an element's number, as
/// tests/oracles/originals/measure.py makes them.</summary>
internal static class HashedWeights
{
    /// <summary>Numbers in [-1, 1).</summary>
    public static Tensor Unit(string name, ReadOnlySpan<long> shape)
    {
        var count = 1L;
        foreach (var size in shape)
        {
            count *= size;
        }

        var seed = Crc32(Encoding.UTF8.GetBytes(name));
        var values = new double[count];
        for (var i = 0; i < values.Length; i++)
        {
            var h = unchecked((uint)(i + 1) * 2654435761u + seed);
            h ^= h >> 16;
            h = unchecked(h * 0x45D9F3Bu);
            h ^= h >> 16;
            h = unchecked(h * 0x45D9F3Bu);
            h ^= h >> 16;
            values[i] = h / 2147483648.0 - 1;
        }
        return tensor(values, dtype: float64).view(shape.ToArray());
    }

    /// <summary>The weight of a name of the original.</summary>
    public static Tensor Value(string name, ReadOnlySpan<long> shape)
    {
        using var scope = NewDisposeScope();
        var x = Unit(name, shape);
        if (name.EndsWith("running_var", StringComparison.Ordinal))
        {
            x = 1 + x / 2;
        }
        else if (name.EndsWith("kqv.weight", StringComparison.Ordinal))
        {
            x = x * Math.Sqrt(3.0 / shape[1]) / 8; // short tokens for a performer
        }
        else if (name.EndsWith(".w", StringComparison.Ordinal))
        {
            x = x * 1.2;
        }
        else if (shape.Length >= 2 && name.EndsWith("weight", StringComparison.Ordinal))
        {
            var fan = 1L;
            foreach (var size in shape[1..])
            {
                fan *= size;
            }

            x = x * Math.Sqrt(3.0 / fan);
        }
        else if (
            name.EndsWith("weight", StringComparison.Ordinal)
            || name.EndsWith("gamma", StringComparison.Ordinal)
            || name.EndsWith("alpha", StringComparison.Ordinal)
        )
        {
            x = 1 + x / 4;
        }
        else
        {
            x = x / 5;
        }

        return x.to(float32).MoveToOuterDisposeScope();
    }

    // ISO 3309, as zlib's.
    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320u);
            }
        }
        return ~crc;
    }

    /// <summary>Fills a model, whose tensors are named by the original's names through a map.</summary>
    /// <param name="model">The model.</param>
    /// <param name="names">Ours, and the original's.</param>
    public static void Fill(VisionModel model, IReadOnlyDictionary<string, string> names)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        foreach (var (name, tensor) in model.state_dict())
        {
            if (
                tensor.is_floating_point()
                && !name.EndsWith("attn_mask", StringComparison.Ordinal)
                && names.TryGetValue(name, out var original)
            )
            {
                tensor.copy_(Value(original, tensor.shape));
            }
        }
    }
}
