using System.Formats.Tar;
using System.Text;
using Shouldly;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

public sealed class TarMembersTests : IDisposable
{
    private readonly DataFolder _folder = new();

    [Theory]
    [InlineData(TarEntryFormat.V7, 90)]
    [InlineData(TarEntryFormat.Ustar, 200)]
    [InlineData(TarEntryFormat.Gnu, 3000)]
    [InlineData(TarEntryFormat.Pax, 3000)]
    public void Read_EveryFormat_GivesNamesAndContents(TarEntryFormat format, int longest)
    {
        var folder = string.Join('/', Enumerable.Repeat("folder", longest / 14));
        string[] names = ["a.txt", $"{folder}/b.txt", "empty", "ünï.txt"];
        var path = _folder["x.tar"];
        using (var writer = new TarWriter(File.Create(path), format, leaveOpen: false))
        {
            foreach (var name in names)
            {
                writer.WriteEntry(Entry(format, TarEntryType.Directory, $"in {name[..1]}"));
                var entry = Entry(
                    format,
                    format == TarEntryFormat.V7 ? TarEntryType.V7RegularFile : TarEntryType.RegularFile,
                    name
                );
                entry.DataStream = new MemoryStream(
                    Encoding.UTF8.GetBytes(name == "empty" ? "" : $"content of {name}")
                );
                writer.WriteEntry(entry);
            }
            var link = Entry(format, TarEntryType.SymbolicLink, "link");
            link.LinkName = "/etc/passwd";
            writer.WriteEntry(link);
        }
        using var handle = TarImages.Open(path);
        var members = new TarMembers(handle, path);
        TarMember[] read = [.. members.Read(0, new FileInfo(path).Length)];
        read.Select(m => m.Name).ShouldBe(names);
        read.Select(m => Encoding.UTF8.GetString(members.Content(m, 10_000)))
            .ShouldBe(names.Select(name => name == "empty" ? "" : $"content of {name}"));
    }

    [Fact]
    public void Read_ALieInAHeader_Throws()
    {
        Fault(h => h[0] ^= 1, "no tar header whose sum is right");
        Fault(h => Size(h, "77777777777"), "claims 8,589,934,591 bytes");
        Fault(h => Size(h, "0000000000x"), "is no number");
        Fault(
            h =>
            {
                h.AsSpan(124, 12).Fill(0xFF);
                Sum(h);
            },
            "a size over 2^63"
        );
        Fault(
            h =>
            {
                h[156] = (byte)'S';
                Sum(h);
            },
            "is a sparse file"
        );
        Fault(
            h =>
            {
                h[156] = (byte)'x';
                Sum(h);
            },
            "not of pax's form"
        );
    }

    [Fact]
    public void Read_NoTarFile_SaysSo()
    {
        var path = _folder.Write(Encoding.ASCII.GetBytes(new string('x', 2000)), "x.tar");
        using var handle = TarImages.Open(path);
        Should
            .Throw<DatasetFormatException>(() => new TarMembers(handle, path).Read(0, 2000).ToList())
            .Message.ShouldContain("no tar file");
    }

    public void Dispose() => _folder.Dispose();

    private void Fault(Action<byte[]> change, string says)
    {
        var path = _folder["x.tar"];
        using (var writer = new TarWriter(File.Create(path), TarEntryFormat.Ustar, leaveOpen: false))
        {
            writer.WriteEntry(
                new UstarTarEntry(TarEntryType.RegularFile, "a") { DataStream = new MemoryStream(new byte[700]) }
            );
        }
        var bytes = File.ReadAllBytes(path);
        change(bytes);
        File.WriteAllBytes(path, bytes);
        using var handle = TarImages.Open(path);
        Should
            .Throw<DatasetFormatException>(() => new TarMembers(handle, path).Read(0, bytes.Length).ToList())
            .Message.ShouldContain(says);
    }

    private static void Size(byte[] header, string octal)
    {
        Encoding.ASCII.GetBytes(octal).CopyTo(header, 124);
        Sum(header);
    }

    private static void Sum(byte[] header)
    {
        header.AsSpan(148, 8).Fill((byte)' ');
        var sum = header.Take(512).Sum(b => b);
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(header, 148);
    }

    private static TarEntry Entry(TarEntryFormat format, TarEntryType type, string name) =>
        format switch
        {
            TarEntryFormat.V7 => new V7TarEntry(type, name),
            TarEntryFormat.Ustar => new UstarTarEntry(type, name),
            TarEntryFormat.Gnu => new GnuTarEntry(type, name),
            _ => new PaxTarEntry(type, name),
        };
}
