using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Fuzzing;

/// <summary>A module that takes what a .dat file's names say, into the types it has; zeros where the file has nothing.</summary>
internal sealed class StateHolder : nn.Module
{
    private StateHolder()
        : base("state")
    {
        foreach (var (name, tensor) in FuzzedFormat.Tensors())
        {
            register_buffer(name, tensor.zero_());
        }
    }

    /// <summary>The reader under test: the module's state.</summary>
    public static object? Read(byte[] bytes)
    {
        using var module = new StateHolder();
        using var stream = new MemoryStream(bytes);
        module.load(stream, strict: false);
        return module
            .state_dict()
            .ToDictionary(entry => entry.Key, entry => entry.Value.clone(), StringComparer.Ordinal);
    }

    /// <summary>What the state is by a plain reading.</summary>
    public static object? Plain(byte[] bytes)
    {
        using var scope = NewDisposeScope();
        var file = PlainFiles.Dat(bytes);
        return FuzzedFormat
            .Tensors()
            .ToDictionary(
                entry => entry.Key,
                entry => (object?)Expected(entry.Value, file.GetValueOrDefault(entry.Key) as PlainTensor),
                StringComparer.Ordinal
            );
    }

    private static PlainTensor Expected(Tensor own, PlainTensor? read)
    {
        if (read is null)
        {
            return PlainTensor.Dense(own.dtype, own.shape, own.zero_().bytes.ToArray());
        }

        if (read.Type == own.dtype)
        {
            return read;
        }

        var given = empty(read.Shape, dtype: read.Type);
        given.bytes = read.Memory();
        return PlainTensor.Dense(own.dtype, read.Shape, given.to(own.dtype).bytes.ToArray());
    }
}
