using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Files;

/// <summary>
/// Reads and writes the files of Python's <c>torch.save</c> (.pth, .pt), both the zip files that it writes since 1.6 and the older ones,
/// without running anything that is in them: tensors, containers, numbers and texts are read, every other name is refused.
/// </summary>
/// <remarks>
/// A tree comes back: dict as <see cref="OrderedDictionary{TKey, TValue}"/> of objects (so does an argparse.Namespace), list as
/// <see cref="List{T}"/>, tuple as an array of objects, set as <see cref="HashSet{T}"/>, int as long (BigInteger past 64 bits), float as
/// double, str as string, bytes as byte[], torch.Size, torch.device and torch.dtype as theirs, tensors and numpy arrays as
/// <see cref="Tensor"/>, on the CPU. Tensors that shared memory when they were saved share it again. Check sums are not compared, as torch.load
/// does not.
/// </remarks>
[BeyondTorchSharp]
public static class PthFile
{
    /// <summary>Reads whatever was saved.</summary>
    /// <returns>The tree; its tensors are in the caller's dispose scope.</returns>
    /// <exception cref="TensorFileException">The file is damaged, is of another kind, or asks for a name that is not read.</exception>
    public static object? Load(string path)
    {
        using var source = ByteSource.Open(path);
        return Load(source);
    }

    /// <inheritdoc cref="Load(string)"/>
    /// <param name="bytes">The file's content.</param>
    /// <param name="name">What messages call it.</param>
    public static object? Load(ReadOnlyMemory<byte> bytes, string name = "memory")
    {
        using var source = ByteSource.Of(bytes, name);
        return Load(source);
    }

    /// <summary>Reads a file and finds the state dict in it, wherever training scripts put it: see <see cref="StateDicts.Find"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">The entry that holds it, dotted for one inside another; null looks for it.</param>
    /// <returns>The tensors by name; in the caller's dispose scope.</returns>
    /// <exception cref="TensorFileException">As for <see cref="Load(string)"/>, or there is no state dict in it.</exception>
    public static Dictionary<string, Tensor> LoadStateDict(string path, string? key = null)
    {
        using var scope = NewDisposeScope();
        var found = StateDicts.Find(Load(path), path, key);
        foreach (var tensor in found.Values)
        {
            scope.MoveToOuter(tensor);
        }
        return found;
    }

    /// <summary>Writes a state dict that Python's <c>torch.load</c> reads, also with <c>weights_only=True</c>, as an OrderedDict.</summary>
    /// <param name="path">The file. It is written under a temporary name, flushed and renamed: when this throws, what was there stays.</param>
    /// <param name="stateDict">The tensors; those that share memory share it in the file.</param>
    public static void Save(string path, IEnumerable<KeyValuePair<string, Tensor>> stateDict)
    {
        ArgumentNullException.ThrowIfNull(stateDict);
        var tree = new OrderedDictionary<object, object?>(PythonKeys.Comparer);
        foreach (var (name, tensor) in stateDict)
        {
            tree[name] = tensor;
        }
        Save(path, (object)tree);
    }

    /// <summary>Writes a tree of dictionaries, lists, tuples (arrays of objects), tensors, numbers, texts and null.</summary>
    /// <param name="path">As for the state dict.</param>
    /// <param name="tree">What to save, for example <c>new Dictionary&lt;string, object?&gt; { ["model"] = ..., ["epoch"] = 3 }</c>.</param>
    /// <exception cref="ArgumentException">Something in it is of another type; nothing was written.</exception>
    public static void Save(string path, object? tree)
    {
        using var pickle = new PickleWriter(path);
        var bytes = pickle.Write(tree);
        DurableFile.Write(path, stream => PthZip.Write(stream, bytes, pickle.Storages));
    }

    private static object? Load(ByteSource source)
    {
        Span<byte> start = stackalloc byte[(int)Math.Min(source.Length, 512)];
        source.Read(0, start);
        using var scope = NewDisposeScope();
        object? tree;
        IReadOnlyList<Tensor> tensors;
        if (start.StartsWith("PK"u8))
        {
            (tree, tensors) = PthZip.Read(source);
        }
        else if (PthLegacy.Matches(start))
        {
            (tree, tensors) = PthLegacy.Read(source);
        }
        else
        {
            throw new TensorFileException($"{source.Name}: {Explain(start, source.Length)}");
        }
        foreach (var tensor in tensors)
        {
            scope.MoveToOuter(tensor);
        }
        return tree;
    }

    private static string Explain(ReadOnlySpan<byte> start, long length)
    {
        if (length == 0)
        {
            return "the file is empty; fetch it again.";
        }
        if (start.Length > 262 && start[257..262].SequenceEqual("ustar"u8))
        {
            return "this is a tar file of PyTorch before 0.1.10; load and save it once with any later PyTorch.";
        }
        if (start.StartsWith("version https://git-lfs"u8))
        {
            return "this is a pointer of Git LFS and not the file; fetch it with: git lfs pull.";
        }
        if (start.StartsWith("<"u8))
        {
            return "this is a web page, not a file of torch.save; the download went to a page that asks for something.";
        }
        if (start.StartsWith((ReadOnlySpan<byte>)[0x93, (byte)'N', (byte)'U']))
        {
            return "this is a numpy file; read it with Npy.Load.";
        }
        if (start.Length > 8 && start[8] == (byte)'{')
        {
            return "this looks like a safetensors file; read it with Safetensors.Load.";
        }
        if (start[0] == 0x80)
        {
            return "this is a pickle, but not one that torch.save wrote; load it in Python and save it with torch.save.";
        }
        return $"the file begins with {Convert.ToHexStringLower(start[..Math.Min(8, start.Length)])}, a file of torch.save with 504b0304 (zip) or 80028a0a (before 1.6); it is damaged or of another kind.";
    }
}
