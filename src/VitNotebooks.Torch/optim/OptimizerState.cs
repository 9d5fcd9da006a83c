using TorchSharp.Dispatch;
using VitNotebooks.Files;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>What an optimizer remembers of one parameter.</summary>
public abstract class OptimizerState : IDisposable
{
    private protected readonly Parameter _parameter;

    protected OptimizerState(Parameter parameter) => _parameter = parameter;

    /// <summary>Sets it to what it is before the first step.</summary>
    public abstract void Initialize(OptimizerOptions options);

    public abstract void SaveStateDict(BinaryWriter writer);

    public abstract void LoadStateDict(BinaryReader reader);

    public abstract void LoadStateDict(OptimizerState source);

    public virtual bool ApproximatelyEquals(OptimizerState other) => false;

    public virtual void to(Device device) { }

    [BeyondTorchSharp]
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) { }

    /// <summary>Zeros like the parameter, in no scope.</summary>
    private protected Tensor Zeros()
    {
        using var _ = new GradMode(false);
        return Aten.zeros_like(_parameter).DetachFromDisposeScope();
    }

    /// <summary>A tensor like the parameter, filled with a number, in no scope.</summary>
    private protected Tensor Full(double value)
    {
        using var _ = new GradMode(false);
        return Aten.full_like(_parameter, value).DetachFromDisposeScope();
    }

    /// <summary>Puts a copy of a tensor, or none, in the place of another.</summary>
    private protected void Replace(ref Tensor? target, Tensor? source)
    {
        using var _ = new GradMode(false);
        var copy = source is null
            ? null
            : Aten.to_dtype_layout(source, device: _parameter.device, copy: true).DetachFromDisposeScope();
        target?.Dispose();
        target = copy;
    }

    private protected static void MoveTo(ref Tensor? target, Device device)
    {
        if (target is null || target.device.Equals(device))
        {
            return;
        }
        using var _ = new GradMode(false);
        var moved = Aten.to_dtype_layout(target, device: device).DetachFromDisposeScope();
        target.Dispose();
        target = moved;
    }

    private protected static void Write(BinaryWriter writer, Tensor? tensor)
    {
        writer.Write(tensor is not null);
        if (tensor is not null)
        {
            DatFormat.WriteTensor(writer, tensor);
        }
    }

    private protected void Read(BinaryReader reader, ref Tensor? target, string name)
    {
        if (reader.ReadBoolean())
        {
            ReadAlways(reader, ref target, name);
        }
        else
        {
            target?.Dispose();
            target = null;
        }
    }

    private protected void ReadAlways(BinaryReader reader, ref Tensor? target, string name)
    {
        using var read = DatFormat.ReadTensor(reader, name);
        if (!read.shape.AsSpan().SequenceEqual(_parameter.shape))
        {
            throw new InvalidDataException(
                $"The optimizer state's {name} has the shape [{string.Join(", ", read.shape)}], its parameter [{string.Join(", ", _parameter.shape)}]; it belongs to another model."
            );
        }
        Replace(ref target, read);
    }

    private protected static bool Close(Tensor? a, Tensor? b) =>
        a is null || b is null ? a is null && b is null : Aten.allclose(a, b);

    private protected static T As<T>(OptimizerState source)
        where T : OptimizerState =>
        source as T
        ?? throw new ArgumentException(
            $"The optimizer state is a {source.GetType().FullName}, expected {typeof(T).FullName}; it belongs to another optimizer.",
            nameof(source)
        );
}
