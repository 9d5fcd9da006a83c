using System.Runtime.InteropServices;
using TorchSharp.Native;

namespace TorchSharp;

// Names of dimensions (experimental in PyTorch itself): a name is an identifier, null or "*" a dimension without one.
public static partial class torch
{
    public partial class Tensor
    {
        private static readonly NativeFeature s_names = new("names");

        /// <summary>The dimensions' names, null where one has none.</summary>
        public unsafe string?[] names
        {
            get
            {
                byte* joined;
                s_names.Check(
                    ((delegate* unmanaged<IntPtr, byte**, int>)s_names.Symbol("vn_names_get"))(Handle, &joined),
                    "names"
                );
                var text = Marshal.PtrToStringUTF8((IntPtr)joined)!;
                GC.KeepAlive(this);
                return text.Length == 0
                    ? new string?[dim()]
                    : [.. text.Split(',').Select(name => name == "*" ? null : name)];
            }
        }

        /// <summary>Whether any dimension has a name.</summary>
        public bool has_names() => names.Any(n => n is not null);

        /// <summary>A view with other names, one a dimension ("..." for those that keep theirs); null takes all names away.</summary>
        public Tensor rename(IEnumerable<string?>? names) => Renamed(names, inPlace: false);

        /// <summary>Other names for this tensor, one a dimension; null takes all names away.</summary>
        public Tensor rename_(IEnumerable<string?>? names) => Renamed(names, inPlace: true);

        /// <summary>A view in which dimensions without a name get one; "..." stands for those that keep theirs.</summary>
        public Tensor refine_names(params string?[] names) => refine_names((IEnumerable<string?>)names);

        /// <inheritdoc cref="refine_names(string?[])"/>
        public unsafe Tensor refine_names(IEnumerable<string?> names)
        {
            ArgumentNullException.ThrowIfNull(names);
            IntPtr result;
            fixed (byte* text = Joined(Expanded(names)))
            {
                s_names.Check(
                    ((delegate* unmanaged<IntPtr, byte*, IntPtr*, int>)s_names.Symbol("vn_names_refine"))(
                        Handle,
                        text,
                        &result
                    ),
                    "refine_names"
                );
            }

            GC.KeepAlive(this);
            return Adopt(result);
        }

        /// <summary>A view with the dimensions in this order; names that it has not become dimensions of length 1, and "..."
        /// stands for all that are not named.</summary>
        public Tensor align_to(params string[] names) => align_to((IEnumerable<string>)names);

        /// <inheritdoc cref="align_to(string[])"/>
        public unsafe Tensor align_to(IEnumerable<string> names)
        {
            ArgumentNullException.ThrowIfNull(names);
            var list = names.ToList();
            var dots = list.IndexOf("...");
            if (dots >= 0)
            {
                list.RemoveAt(dots);
            }

            IntPtr result;
            fixed (byte* text = Joined(list))
            {
                s_names.Check(
                    ((delegate* unmanaged<IntPtr, byte*, long, IntPtr*, int>)s_names.Symbol("vn_names_align_to"))(
                        Handle,
                        text,
                        dots,
                        &result
                    ),
                    "align_to"
                );
            }

            GC.KeepAlive(this);
            return Adopt(result);
        }

        /// <summary>A view with the dimensions in another tensor's order.</summary>
        public Tensor align_as(Tensor other)
        {
            ArgumentNullException.ThrowIfNull(other);
            return align_to(other.names.Select(n => n ?? "*"));
        }

        /// <summary>Neighbouring dimensions put into one, by their names.</summary>
        public unsafe Tensor flatten(IList<string> dims, string out_dim)
        {
            ArgumentNullException.ThrowIfNull(dims);
            IntPtr result;
            fixed (byte* text = Joined(dims))
            fixed (byte* name = Joined([out_dim]))
            {
                s_names.Check(
                    ((delegate* unmanaged<IntPtr, byte*, byte*, IntPtr*, int>)s_names.Symbol("vn_names_flatten"))(
                        Handle,
                        text,
                        name,
                        &result
                    ),
                    "flatten"
                );
            }

            GC.KeepAlive(this);
            return Adopt(result);
        }

        /// <summary>One dimension taken apart into several, each with its name and length.</summary>
        public unsafe Tensor unflatten(string dim, params (string, long)[] sizes)
        {
            ArgumentNullException.ThrowIfNull(sizes);
            long[] lengths = [.. sizes.Select(s => s.Item2)];
            IntPtr result;
            fixed (byte* text = Joined([.. sizes.Select(s => s.Item1)]))
            fixed (byte* name = Joined([dim]))
            fixed (long* length = lengths)
            {
                s_names.Check(
                    (
                        (delegate* unmanaged<IntPtr, byte*, long*, byte*, IntPtr*, int>)
                            s_names.Symbol("vn_names_unflatten")
                    )(Handle, name, length, text, &result),
                    "unflatten"
                );
            }

            GC.KeepAlive(this);
            return Adopt(result);
        }

        private unsafe Tensor Renamed(IEnumerable<string?>? names, bool inPlace)
        {
            IntPtr result = default;
            fixed (byte* text = names is null ? null : Joined(Expanded(names)))
            {
                s_names.Check(
                    ((delegate* unmanaged<IntPtr, byte*, int, IntPtr*, int>)s_names.Symbol("vn_names_rename"))(
                        Handle,
                        text,
                        inPlace ? 1 : 0,
                        &result
                    ),
                    "rename"
                );
            }

            GC.KeepAlive(this);
            return inPlace ? this : Adopt(result);
        }

        // "..." is what the dimensions there are named already.
        private List<string?> Expanded(IEnumerable<string?> names)
        {
            var list = names.ToList();
            var dots = list.IndexOf("...");
            if (dots >= 0)
            {
                list.RemoveAt(dots);
                list.InsertRange(dots, this.names.Skip(dots).Take(Math.Max(0, (int)dim() - list.Count)));
            }
            return list;
        }

        // With a zero at the end, as C reads it.
        private static byte[] Joined(IEnumerable<string?> names)
        {
            foreach (var name in names)
            {
                if (name is not (null or "*") && (name.Length == 0 || name.Contains(',', StringComparison.Ordinal)))
                {
                    throw new ArgumentException(
                        $"'{name}' is no name of a dimension; expected an identifier.",
                        nameof(names)
                    );
                }
            }
            return System.Text.Encoding.UTF8.GetBytes(string.Join(',', names.Select(n => n ?? "*")) + '\0');
        }
    }
}
