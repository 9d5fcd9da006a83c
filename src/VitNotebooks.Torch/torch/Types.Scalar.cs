using System.Globalization;
using System.Numerics;

namespace TorchSharp;

/// <summary>One number with its element type: what an op takes beside its tensors.</summary>
/// <remarks>Managed through and through: nothing native stands behind it and <see cref="Dispose"/> frees nothing;
/// it is there because TorchSharp's is disposable.</remarks>
public sealed class Scalar : IDisposable
{
    private readonly Complex _value;
    private readonly long _integer;

    private Scalar(torch.ScalarType type, long integer)
    {
        Type = type;
        _integer = integer;
        _value = integer;
    }

    private Scalar(torch.ScalarType type, Complex value)
    {
        Type = type;
        _value = value;
        _integer = double.IsFinite(value.Real) ? (long)value.Real : 0;
    }

    /// <summary>The element type the number was given in.</summary>
    public torch.ScalarType Type { get; }

    /// <summary>The value as an integer; a real number is truncated.</summary>
    internal long Integer => _integer;

    /// <summary>The real part.</summary>
    internal double Real => _value.Real;

    /// <summary>The whole value.</summary>
    internal Complex Complex => _value;

    /// <summary>Whether the number was given as a whole number.</summary>
    internal bool IsIntegral =>
        Type
            is torch.ScalarType.Byte
                or torch.ScalarType.Int8
                or torch.ScalarType.Int16
                or torch.ScalarType.Int32
                or torch.ScalarType.Int64;

    /// <summary>Whether the number was given as a truth value.</summary>
    internal bool IsBoolean => Type == torch.ScalarType.Bool;

    /// <summary>Whether the number was given as a complex one.</summary>
    internal bool IsComplex => Type is torch.ScalarType.ComplexFloat32 or torch.ScalarType.ComplexFloat64;

    public static implicit operator Scalar(byte value) => new(torch.ScalarType.Byte, (long)value);

    public static implicit operator Scalar(sbyte value) => new(torch.ScalarType.Int8, (long)value);

    public static implicit operator Scalar(short value) => new(torch.ScalarType.Int16, (long)value);

    public static implicit operator Scalar(int value) => new(torch.ScalarType.Int32, (long)value);

    public static implicit operator Scalar(long value) => new(torch.ScalarType.Int64, value);

    public static implicit operator Scalar(Half value) => new(torch.ScalarType.Float16, (double)value);

    public static implicit operator Scalar(BFloat16 value) => new(torch.ScalarType.BFloat16, (double)value);

    public static implicit operator Scalar(float value) => new(torch.ScalarType.Float32, (double)value);

    public static implicit operator Scalar(double value) => new(torch.ScalarType.Float64, (Complex)value);

    public static implicit operator Scalar(bool value) => new(torch.ScalarType.Bool, value ? 1L : 0L);

    public static implicit operator Scalar((float, float) value) =>
        new(torch.ScalarType.ComplexFloat32, new Complex(value.Item1, value.Item2));

    public static implicit operator Scalar(Complex value) => new(torch.ScalarType.ComplexFloat64, value);

    /// <summary>Nothing to free.</summary>
    public void Dispose() { }

    /// <inheritdoc/>
    public override string ToString() =>
        IsComplex ? _value.ToString(CultureInfo.InvariantCulture)
        : IsBoolean ? (_integer != 0 ? "True" : "False")
        : IsIntegral ? _integer.ToString(CultureInfo.InvariantCulture)
        : Real.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Numbers to <see cref="Scalar"/> and back.</summary>
public static class ScalarExtensionMethods
{
    public static Scalar ToScalar(this byte value) => value;

    public static Scalar ToScalar(this sbyte value) => value;

    public static Scalar ToScalar(this short value) => value;

    public static Scalar ToScalar(this int value) => value;

    public static Scalar ToScalar(this long value) => value;

    public static Scalar ToScalar(this Half value) => value;

    public static Scalar ToScalar(this float value) => value;

    public static Scalar ToScalar(this double value) => value;

    public static Scalar ToScalar(this bool value) => value;

    public static Scalar ToScalar(this Complex value) => value;

    public static Scalar ToScalar(this (float, float) value) => value;

    public static Scalar ToScalar(this BFloat16 value) => value;

    /// <summary>Rounded to 16 bits.</summary>
    public static Scalar ToBFloat16Scalar(this float value) => (BFloat16)value;

    public static byte ToByte(this Scalar value) => (byte)value.Integer;

    public static sbyte ToSByte(this Scalar value) => (sbyte)value.Integer;

    public static short ToInt16(this Scalar value) => (short)value.Integer;

    public static int ToInt32(this Scalar value) => (int)value.Integer;

    public static long ToInt64(this Scalar value) => value.Integer;

    public static Half ToHalf(this Scalar value) => (Half)value.Real;

    public static BFloat16 ToBFloat16(this Scalar value) => (BFloat16)value.Real;

    public static float ToSingle(this Scalar value) => (float)value.Real;

    public static double ToDouble(this Scalar value) => value.Real;

    public static bool ToBoolean(this Scalar value) => value.Complex != Complex.Zero;

    public static (float, float) ToComplexFloat32(this Scalar value) =>
        ((float)value.Complex.Real, (float)value.Complex.Imaginary);

    public static Complex ToComplexFloat64(this Scalar value) => value.Complex;
}
