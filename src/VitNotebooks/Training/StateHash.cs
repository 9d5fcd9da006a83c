using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using static TorchSharp.torch;

namespace VitNotebooks.Training;

/// <summary>SHA-256 over named tensors: names, element types, shapes and bytes, in the order of the names.</summary>
internal static class StateHash
{
    /// <summary>The hash; about a second for 500 MB on a processor without SHA instructions, a quarter of it with them.</summary>
    /// <param name="state">Names and tensors of any device; a state dict, for one.</param>
    /// <returns>64 hexadecimal digits.</returns>
    public static string Of(IEnumerable<KeyValuePair<string, Tensor>> state)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, tensor) in state.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            using var scope = NewDisposeScope();
            var shape = string.Join(',', tensor.shape.Select(length => length.ToString(CultureInfo.InvariantCulture)));
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}\0{tensor.dtype}\0[{shape}]\n"));
            hash.AppendData(tensor.detach().cpu().contiguous().bytes);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
