using static TorchSharp.torch;

namespace VitNotebooks.Files;

/// <summary>Element types of libtorch that TorchSharp's enumeration does not name; the numbers are <c>c10::ScalarType</c>'s.</summary>
internal static class ScalarTypes
{
    public const ScalarType Float8E5M2 = (ScalarType)23;
    public const ScalarType Float8E4M3 = (ScalarType)24;
    public const ScalarType Float8E5M2Fnuz = (ScalarType)25;
    public const ScalarType Float8E4M3Fnuz = (ScalarType)26;
    public const ScalarType UInt16 = (ScalarType)27;
    public const ScalarType UInt32 = (ScalarType)28;
    public const ScalarType UInt64 = (ScalarType)29;

    /// <summary>Bytes an element.</summary>
    public static int Size(ScalarType type) =>
        type switch
        {
            ScalarType.Byte or ScalarType.Int8 or ScalarType.Bool or ScalarType.QInt8 or ScalarType.QUInt8 => 1,
            Float8E4M3 or Float8E5M2 or Float8E5M2Fnuz or Float8E4M3Fnuz => 1,
            ScalarType.Int16 or ScalarType.Float16 or ScalarType.BFloat16 or UInt16 => 2,
            ScalarType.Int32 or ScalarType.Float32 or ScalarType.QInt32 or UInt32 => 4,
            ScalarType.Int64 or ScalarType.Float64 or ScalarType.ComplexFloat32 or UInt64 => 8,
            ScalarType.ComplexFloat64 => 16,
            _ => throw new NotSupportedException($"{type} is no element type with a known size."),
        };

    public static string Name(ScalarType type) =>
        type switch
        {
            Float8E5M2 => "float8_e5m2",
            Float8E4M3 => "float8_e4m3fn",
            Float8E5M2Fnuz => "float8_e5m2fnuz",
            Float8E4M3Fnuz => "float8_e4m3fnuz",
            UInt16 => "uint16",
            UInt32 => "uint32",
            UInt64 => "uint64",
            _ => type.ToString(),
        };
}
