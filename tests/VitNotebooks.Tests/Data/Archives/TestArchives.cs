using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace VitNotebooks.Tests.Data;

/// <summary>Archives made on the spot, good ones and others.</summary>
internal static class TestArchives
{
    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>A tar of files; a name that ends with / is a folder.</summary>
    public static byte[] Tar(TarEntryFormat format, params (string Name, string Text)[] files) =>
        Tar(writer =>
        {
            foreach (var (name, text) in files)
            {
                writer.WriteEntry(Entry(format, name, text));
            }
        });

    public static byte[] Tar(params (string Name, string Text)[] files) => Tar(TarEntryFormat.Pax, files);

    public static byte[] Tar(Action<TarWriter> write)
    {
        var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, leaveOpen: true))
        {
            write(writer);
        }

        return stream.ToArray();
    }

    public static TarEntry Link(TarEntryType type, string name, string target) =>
        new PaxTarEntry(type, name) { LinkName = target };

    public static TarEntry File(string name, string text) => Entry(TarEntryFormat.Pax, name, text);

    public static byte[] Gzip(byte[] content)
    {
        var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Optimal))
        {
            gzip.Write(content);
        }

        return stream.ToArray();
    }

    public static byte[] Zip(params (string Name, string Text)[] files) =>
        Zip(zip =>
        {
            foreach (var (name, text) in files)
            {
                AddTo(zip, name, text);
            }
        });

    public static byte[] Zip(Action<ZipArchive> write)
    {
        var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            write(zip);
        }

        return stream.ToArray();
    }

    /// <summary>An entry with a Unix mode, e.g. 0xA000 for a link.</summary>
    public static void AddTo(ZipArchive zip, string name, string text, int mode = 0)
    {
        var entry = zip.CreateEntry(name);
        entry.ExternalAttributes = mode << 16;
        using var content = entry.Open();
        content.Write(Bytes(text));
    }

    /// <summary>A ustar header for bytes that no writer would write; its checksum is right.</summary>
    public static byte[] Header(string name, long size, char type, string link = "")
    {
        var block = new byte[512];
        Bytes(name).CopyTo(block, 0);
        Bytes("0000644\0").CopyTo(block, 100);
        Bytes("0000000\0").CopyTo(block, 108);
        Bytes("0000000\0").CopyTo(block, 116);
        Bytes(Convert.ToString(size, 8).PadLeft(11, '0') + "\0").CopyTo(block, 124);
        Bytes("00000000000\0").CopyTo(block, 136);
        Bytes("        ").CopyTo(block, 148);
        block[156] = (byte)type;
        Bytes(link).CopyTo(block, 157);
        Bytes("ustar\000").CopyTo(block, 257);
        var sum = block.Sum(b => b);
        Bytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(block, 148);
        return block;
    }

    private static TarEntry Entry(TarEntryFormat format, string name, string text)
    {
        var isFolder = name.EndsWith('/');
        var type =
            isFolder ? TarEntryType.Directory
            : format is TarEntryFormat.V7 ? TarEntryType.V7RegularFile
            : TarEntryType.RegularFile;
        TarEntry entry = format switch
        {
            TarEntryFormat.V7 => new V7TarEntry(type, name),
            TarEntryFormat.Ustar => new UstarTarEntry(type, name),
            TarEntryFormat.Gnu => new GnuTarEntry(type, name),
            _ => new PaxTarEntry(type, name),
        };
        if (!isFolder)
        {
            entry.DataStream = new MemoryStream(Bytes(text));
        }

        return entry;
    }
}
