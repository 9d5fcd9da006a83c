using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Files;

/// <summary>
/// Reads plain pickles of Python, protocols 0 to 5 (CIFAR's batches, what <c>pickle.dump</c> wrote), without running anything that is in them: containers,
/// numbers, texts, bytes and numpy arrays are read, every other name is refused.
/// </summary>
/// <remarks>The tree is that of <see cref="PthFile"/>. A text of Python 2 that is no UTF-8 comes as bytes.</remarks>
[BeyondTorchSharp]
public static class PickleFile
{
    /// <summary>Reads a file.</summary>
    /// <returns>The tree; numpy arrays are tensors on the CPU in the caller's dispose scope.</returns>
    /// <exception cref="TensorFileException">It is damaged, or asks for a name that is not read, which
    /// <see cref="TensorFileException.RefusedName"/> says.</exception>
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

    private static object? Load(ByteSource source)
    {
        using var scope = NewDisposeScope();
        var context = new PickleContext(source.Name, NoStorages.Instance);
        var bytes = new PickleBytes(source, 0);
        var tree = new PickleMachine(bytes, context).Run();
        if (bytes.Position != source.Length)
        {
            throw context.Fault(
                $"{source.Length - bytes.Position} bytes follow the pickle's end; the file is damaged or holds more than one pickle"
            );
        }
        context.Finish();
        foreach (var tensor in context.Tensors)
        {
            scope.MoveToOuter(tensor);
        }
        return tree;
    }

    private sealed class NoStorages : IPickledStorages
    {
        public static NoStorages Instance { get; } = new();

        public PickledStorage Get(
            PickleContext context,
            string key,
            PickledStorageType type,
            long count,
            object? view
        ) =>
            throw context.Fault(
                $"the pickle refers to the storage '{key}' of a torch.save file; read it with PthFile.Load"
            );
    }
}
