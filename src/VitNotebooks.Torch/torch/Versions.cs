using System.Globalization;
using TorchSharp.Dispatch;
using TorchSharp.Native;

namespace TorchSharp;

// What TorchSharp's callers ask about errors, versions and builds.
public static partial class torch
{
    /// <summary>Nothing to do: an error of libtorch arrives as an exception of the call that made it, never later.</summary>
    public static void CheckForErrors() { }

    /// <summary>Whether this libtorch's strings are laid out as in C++11 (true) or as before.</summary>
    public static bool compiled_with_cxx11_abi() => NativeModule.UsesNewStrings(Libtorch.Instance.Location);

    /// <summary>The version as NuGet writes it: three numbers, a fourth unless it is 0, the label, without build metadata.</summary>
    /// <exception cref="ArgumentException">It is no version.</exception>
    public static string NormalizeNuGetVersion(string versionString)
    {
        if (string.IsNullOrWhiteSpace(versionString))
        {
            throw new ArgumentException(
                "The NuGet version is empty; expected one like 1.2.3-label.",
                nameof(versionString)
            );
        }

        var label = versionString.Split('+')[0];
        var dash = label.IndexOf('-', StringComparison.Ordinal);
        var numbers = (dash < 0 ? label : label[..dash]).Split('.');
        var parsed = new int[Math.Max(3, numbers.Length)];
        for (var i = 0; i < numbers.Length; i++)
        {
            if (
                !int.TryParse(numbers[i], NumberStyles.None, CultureInfo.InvariantCulture, out parsed[i])
                || numbers.Length is < 2 or > 4
            )
            {
                throw new ArgumentException(
                    $"'{versionString}' is no NuGet version; expected two to four numbers, like 1.2.3-label.",
                    nameof(versionString)
                );
            }
        }
        if (parsed.Length == 4 && parsed[3] == 0)
        {
            parsed = parsed[..3];
        }

        return string.Join('.', parsed) + (dash < 0 ? "" : label[dash..]);
    }

    /// <summary>Whether this view shows its memory with the sign turned, as a tensor of one boolean.</summary>
    public static Tensor is_neg(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return tensor(input.is_neg());
    }

    /// <summary>A compact LU decomposition with partial pivoting.</summary>
    /// <param name="A">Matrices [.., m, n].</param>
    /// <param name="pivot">Whether rows are exchanged; without it a GPU is needed.</param>
    /// <param name="get_infos">Whether the third result is made.</param>
    /// <returns>L and U in one, the pivots, and for each matrix 0 or the place where it is singular.</returns>
    public static (Tensor, Tensor, Tensor) lu(Tensor A, bool pivot = true, bool get_infos = false)
    {
        var (decomposed, pivots, infos) = Aten.linalg_lu_factor_ex(A, pivot);
        if (get_infos)
        {
            return (decomposed, pivots, infos);
        }

        infos.Dispose();
        return (decomposed, pivots, null!);
    }

    public partial class Tensor
    {
        /// <summary>The operator <c>--&gt;</c> of F#: a module's answer to a tensor.</summary>
        public static Tensor op_MinusMinusGreater(Tensor t, nn.Module<Tensor, Tensor> m)
        {
            ArgumentNullException.ThrowIfNull(m);
            return m.call(t);
        }
    }
}
