namespace VitNotebooks.Files;

/// <summary>The check sum of zip files (polynomial 0xEDB88320), eight bytes a step.</summary>
internal static class Crc32
{
    private static readonly uint[][] s_tables = Tables();

    private static uint[][] Tables()
    {
        var tables = new uint[8][];
        for (var t = 0; t < 8; t++)
        {
            tables[t] = new uint[256];
            for (var i = 0u; i < 256; i++)
            {
                var value = t == 0 ? i : tables[t - 1][i];
                if (t == 0)
                {
                    for (var bit = 0; bit < 8; bit++)
                    {
                        value = (value & 1) != 0 ? 0xEDB88320 ^ (value >> 1) : value >> 1;
                    }
                    tables[0][i] = value;
                }
                else
                {
                    tables[t][i] = (value >> 8) ^ tables[0][value & 0xFF];
                }
            }
        }
        return tables;
    }

    /// <summary>Continues a sum; the first call gives 0.</summary>
    public static uint Add(uint sum, ReadOnlySpan<byte> bytes)
    {
        var crc = ~sum;
        var t = s_tables;
        while (bytes.Length >= 8)
        {
            var low = crc ^ BitConverter.ToUInt32(bytes);
            crc =
                t[7][low & 0xFF]
                ^ t[6][(low >> 8) & 0xFF]
                ^ t[5][(low >> 16) & 0xFF]
                ^ t[4][low >> 24]
                ^ t[3][bytes[4]]
                ^ t[2][bytes[5]]
                ^ t[1][bytes[6]]
                ^ t[0][bytes[7]];
            bytes = bytes[8..];
        }
        foreach (var value in bytes)
        {
            crc = (crc >> 8) ^ t[0][(crc ^ value) & 0xFF];
        }
        return ~crc;
    }
}
