using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TorchSharp.Dispatch;

/// <summary>What a <see cref="NativeValue"/> holds; numbers as in Native/core.cpp.</summary>
internal enum ValueTag
{
    None,
    Default,
    Tensor,
    Int,
    Double,
    Bool,
    String,
    IntList,
    DoubleList,
    BoolList,
    TensorList,
    OptionalTensorList,
    Device,
    Generator,
    Complex,
    ScalarList,
}

/// <summary>One argument or result of a boxed call: 16 bytes, mirrored by <c>struct Value</c> in Native/core.cpp.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal readonly struct NativeValue
{
    [FieldOffset(0)]
    public readonly ValueTag Tag;

    [FieldOffset(4)]
    public readonly int Length;

    [FieldOffset(8)]
    public readonly long Integer;

    [FieldOffset(8)]
    public readonly double Real;

    [FieldOffset(8)]
    public readonly IntPtr Pointer;

    public NativeValue(ValueTag tag, int length, IntPtr pointer)
    {
        Tag = tag;
        Length = length;
        Pointer = pointer;
    }

    private NativeValue(ValueTag tag, long integer)
    {
        Tag = tag;
        Integer = integer;
    }

    private NativeValue(double real)
    {
        Tag = ValueTag.Double;
        Real = real;
    }

    /// <summary>Nothing: an optional argument that is not there.</summary>
    public static NativeValue None => default;

    /// <summary>The default of the libtorch at hand.</summary>
    public static NativeValue Default => new(ValueTag.Default, 0);

    public static NativeValue Of(long value) => new(ValueTag.Int, value);

    public static NativeValue Of(double value) => new(value);

    public static NativeValue Of(bool value) => new(ValueTag.Bool, value ? 1 : 0);

    /// <summary>A tensor for the call that this thread has entered.</summary>
    public static NativeValue Of(
        torch.Tensor tensor,
        OpThread thread,
        [CallerArgumentExpression(nameof(tensor))] string? argument = null
    )
    {
        if (tensor is null)
        {
            ThrowMissing("tensor", argument);
        }
        return new(ValueTag.Tensor, 0, tensor.Borrow(thread));
    }

    [DoesNotReturn]
    private static void ThrowMissing(string kind, string? argument) =>
        throw new ArgumentNullException(argument?.TrimStart('@'), $"A {kind} is needed here, null was given.");

    /// <summary>A tensor for a call that this thread enters hereby.</summary>
    public static NativeValue Of(
        torch.Tensor tensor,
        [CallerArgumentExpression(nameof(tensor))] string? argument = null
    )
    {
        if (tensor is null)
        {
            ThrowMissing("tensor", argument);
        }
        return new(ValueTag.Tensor, 0, tensor.Borrow());
    }

    public static NativeValue OfOptional(torch.Tensor? tensor, OpThread thread) =>
        tensor is null ? None : Of(tensor, thread);

    public static NativeValue Of(torch.Device device)
    {
        if (device is null)
        {
            ThrowMissing("device", nameof(device));
        }
        return new(ValueTag.Device, (int)device.type, new IntPtr(device.index));
    }

    public static NativeValue Of(torch.Generator generator) => new(ValueTag.Generator, 0, generator.Handle);
}
