using VitNotebooks.Data;

namespace VitNotebooks.Tests.Data;

/// <summary>Files with bytes changed, cut out, put in twice or cut off: what fuzz tests give to readers.</summary>
internal static class FileMutations
{
    private static readonly byte[] s_edges = [0xFF, 0x7F, 0x80, 0];

    /// <summary>The next file: one to three changes, a third of them in the first <paramref name="head"/> bytes and a third in as many at the end, where what is said of the rest stands.</summary>
    public static byte[] Next(byte[] whole, TorchRandom random, int head = 700)
    {
        int Below(int most) => (int)(random.NextUInt32() % (uint)most);
        List<byte> bytes = [.. whole];
        for (var changes = 1 + Below(3); changes > 0 && bytes.Count > 0; changes--)
        {
            var near = Math.Min(bytes.Count, head);
            var at = Below(3) switch
            {
                0 => Below(near),
                1 => bytes.Count - 1 - Below(near),
                _ => Below(bytes.Count),
            };
            var length = Math.Min(1 + Below(600), bytes.Count - at);
            switch (Below(6))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << Below(8));
                    break;
                case 1:
                    bytes[at] = (byte)Below(256);
                    break;
                case 2:
                    for (var i = at; i < Math.Min(at + 4, bytes.Count); i++)
                    {
                        bytes[i] = s_edges[Below(4)];
                    }
                    break;
                case 3:
                    bytes.RemoveRange(at, length);
                    break;
                case 4:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
        }
        return [.. bytes];
    }
}
