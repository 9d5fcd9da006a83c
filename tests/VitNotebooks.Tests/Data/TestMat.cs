using System.Text;

namespace VitNotebooks.Tests.Data;

/// <summary>MATLAB files of version 5 made by hand: what scipy would not write.</summary>
internal static class TestMat
{
    public const byte Cell = 1;
    public const byte Char = 4;
    public const byte Double = 6;
    public const byte UInt8 = 9;

    /// <summary>A file of variables.</summary>
    public static byte[] File(params byte[][] variables) =>
        [
            .. Encoding.ASCII.GetBytes("MATLAB 5.0 MAT-file".PadRight(124)),
            0,
            1,
            .. "IM"u8,
            .. variables.SelectMany(variable => variable),
        ];

    /// <summary>An array; within another one it has no name.</summary>
    /// <param name="kind">Its class.</param>
    /// <param name="name">Its name.</param>
    /// <param name="content">Its values, or its cells.</param>
    /// <param name="sizes">Its sizes.</param>
    public static byte[] Array(byte kind, string name, byte[] content, params int[] sizes) =>
        Element(
            14,
            [
                .. Element(6, [kind, 0, 0, 0, 0, 0, 0, 0]),
                .. Element(5, [.. sizes.SelectMany(BitConverter.GetBytes)]),
                .. Element(1, Encoding.ASCII.GetBytes(name)),
                .. content,
            ]
        );

    /// <summary>Numbers of 64 bits.</summary>
    public static byte[] Doubles(params double[] values) => Element(9, [.. values.SelectMany(BitConverter.GetBytes)]);

    /// <summary>Whole numbers of 8 bits.</summary>
    public static byte[] Bytes(byte[] values) => Element(2, values);

    /// <summary>A text, as an array.</summary>
    public static byte[] Text(string text) =>
        Array(Char, "", Element(16, Encoding.UTF8.GetBytes(text)), 1, text.Length);

    private static byte[] Element(int type, byte[] content) =>
        [
            .. BitConverter.GetBytes(type),
            .. BitConverter.GetBytes(content.Length),
            .. content,
            .. new byte[(8 - (content.Length % 8)) % 8],
        ];
}
