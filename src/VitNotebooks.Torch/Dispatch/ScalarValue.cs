using System.Numerics;

namespace TorchSharp.Dispatch;

/// <summary>A number on its way into an op, without an object: what <see cref="Scalar"/> is to the public surface.</summary>
internal readonly struct ScalarValue
{
    private enum Kind : byte
    {
        Integer,
        Real,
        Boolean,
        Complex,
    }

    private readonly Kind _kind;
    private readonly long _integer;
    private readonly double _real;
    private readonly double _imaginary;

    private ScalarValue(Kind kind, long integer, double real, double imaginary = 0) =>
        (_kind, _integer, _real, _imaginary) = (kind, integer, real, imaginary);

    public static implicit operator ScalarValue(int value) => new(Kind.Integer, value, value);

    public static implicit operator ScalarValue(long value) => new(Kind.Integer, value, value);

    public static implicit operator ScalarValue(float value) => new(Kind.Real, 0, value);

    public static implicit operator ScalarValue(double value) => new(Kind.Real, 0, value);

    public static implicit operator ScalarValue(bool value) => new(Kind.Boolean, value ? 1 : 0, value ? 1 : 0);

    public static implicit operator ScalarValue(Complex value) => new(Kind.Complex, 0, value.Real, value.Imaginary);

    public static implicit operator ScalarValue(Scalar value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.IsComplex)
        {
            return value.Complex;
        }

        if (value.IsBoolean)
        {
            return value.Integer != 0;
        }

        if (value.IsIntegral)
        {
            return value.Integer;
        }

        return value.Real;
    }

    /// <summary>Back to the public type.</summary>
    public Scalar ToScalar() =>
        _kind switch
        {
            Kind.Integer => (Scalar)_integer,
            Kind.Boolean => (Scalar)(_integer != 0),
            Kind.Complex => (Scalar)new Complex(_real, _imaginary),
            _ => (Scalar)_real,
        };

    /// <summary>The value as a real number; a complex one loses its imaginary part.</summary>
    public double ToDouble() => _kind is Kind.Integer ? _integer : _real;

    /// <summary>The value as an integer, truncated.</summary>
    public long ToInt64() => _kind is Kind.Integer or Kind.Boolean ? _integer : (long)_real;

    /// <summary>Writes it where the native side reads its arguments. A complex number needs two doubles of scratch that
    /// outlive the call.</summary>
    internal unsafe void Write(NativeValue* target, double* scratch)
    {
        switch (_kind)
        {
            case Kind.Integer:
                *target = NativeValue.Of(_integer);
                break;
            case Kind.Boolean:
                *target = NativeValue.Of(_integer != 0);
                break;
            case Kind.Complex:
                scratch[0] = _real;
                scratch[1] = _imaginary;
                *target = new NativeValue(ValueTag.Complex, 2, (IntPtr)scratch);
                break;
            default:
                *target = NativeValue.Of(_real);
                break;
        }
    }

    internal static unsafe ScalarValue Read(in NativeValue value)
    {
        switch (value.Tag)
        {
            case ValueTag.Int:
                return value.Integer;
            case ValueTag.Double:
                return value.Real;
            case ValueTag.Bool:
                return value.Integer != 0;
            case ValueTag.Complex:
                var parts = (double*)value.Pointer;
                var number = new Complex(parts[0], parts[1]);
                Dispatcher.FreeArray(value.Pointer);
                return number;
            default:
                throw new TorchException($"A number was expected from libtorch, a value of kind {value.Tag} came.");
        }
    }
}
