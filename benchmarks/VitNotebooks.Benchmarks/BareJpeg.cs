using System.Runtime.InteropServices;

namespace VitNotebooks.Benchmarks;

/// <summary>libjpeg-turbo's own decoding and nothing of ours: one call a file whose sides are known, with the accurate transform that Pillow takes.</summary>
internal sealed unsafe partial class BareJpeg : IDisposable
{
    private const string Library = "libturbojpeg.so.0";
    private const int Rgb = 0;
    private const int Cmyk = 11;
    private const int FlagAccurateDct = 4096;

    private readonly IntPtr _handle = tjInitDecompress();

    /// <summary>What is known of a file before it is decoded.</summary>
    internal readonly record struct Picture(byte[] File, int Width, int Height, bool IsCmyk)
    {
        public int Bytes => Width * Height * (IsCmyk ? 4 : 3);
    }

    public Picture Look(byte[] file)
    {
        int width;
        int height;
        int subsampling;
        int space;
        fixed (byte* bytes = file)
        {
            var rc = tjDecompressHeader3(_handle, bytes, (nuint)file.Length, &width, &height, &subsampling, &space);
            return rc == 0
                ? new Picture(file, width, height, space >= 3)
                : throw new InvalidOperationException("a file has no JPEG header; give a folder of whole JPEG files");
        }
    }

    /// <param name="picture">As <see cref="Look"/> gave it.</param>
    /// <param name="target">At least <see cref="Picture.Bytes"/>.</param>
    public void Decode(Picture picture, byte[] target)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(target.Length, picture.Bytes);
        fixed (byte* bytes = picture.File)
        fixed (byte* pixels = target)
        {
            // A warning is a status too; the rows are there.
            _ = tjDecompress2(
                _handle,
                bytes,
                (nuint)picture.File.Length,
                pixels,
                picture.Width,
                0,
                picture.Height,
                picture.IsCmyk ? Cmyk : Rgb,
                FlagAccurateDct
            );
        }
    }

    public void Dispose() => _ = tjDestroy(_handle);

    [LibraryImport(Library)]
    private static partial IntPtr tjInitDecompress();

    [LibraryImport(Library)]
    private static partial int tjDestroy(IntPtr handle);

    [LibraryImport(Library)]
    private static partial int tjDecompressHeader3(
        IntPtr handle,
        byte* data,
        nuint size,
        int* width,
        int* height,
        int* subsampling,
        int* colorSpace
    );

    [LibraryImport(Library)]
    private static partial int tjDecompress2(
        IntPtr handle,
        byte* data,
        nuint size,
        byte* target,
        int width,
        int pitch,
        int height,
        int pixelFormat,
        int flags
    );
}
