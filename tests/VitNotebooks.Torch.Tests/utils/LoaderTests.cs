using System.Buffers.Binary;
using Shouldly;
using TorchSharp;
using TorchSharp.Data;
using Xunit;
using static TorchSharp.torch;

namespace VitNotebooks.Torch.Tests.utils_;

public sealed class LoaderTests
{
    private static string NewFolder() => Directory.CreateTempSubdirectory("vitnb-loader-").FullName;

    private static void WriteIdx(string path, byte[] values, params int[] shape)
    {
        var head = new byte[4 + (4 * shape.Length)];
        BinaryPrimitives.WriteInt32BigEndian(head, 0x800 + shape.Length);
        for (var i = 0; i < shape.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4 + (4 * i)), shape[i]);
        }
        File.WriteAllBytes(path, [.. head, .. values]);
    }

    [Fact]
    public void MNIST_FiveImages_ComeInBatchesNormalized()
    {
        using var scope = NewDisposeScope();
        var folder = NewFolder();
        var pixels = Enumerable.Range(0, 5 * 28 * 28).Select(i => (byte)(i * 7)).ToArray();
        WriteIdx(Path.Combine(folder, "t10k-images-idx3-ubyte"), pixels, 5, 28, 28);
        WriteIdx(Path.Combine(folder, "t10k-labels-idx1-ubyte"), [3, 1, 4, 1, 5], 5);
        using var loader = Loader.MNIST(folder, 2, isTrain: false);
        loader.Size().ShouldBe(5);
        var batches = loader.ToList();
        batches
            .Select(b => b.data.shape)
            .ShouldBe([
                [2, 1, 28, 28],
                [2, 1, 28, 28],
                [1, 1, 28, 28],
            ]);
        cat([.. batches.Select(b => b.target)]).data<long>().ToArray().ShouldBe([3, 1, 4, 1, 5]);
        float[] given = [.. cat([.. batches.Select(b => b.data)]).data<float>()];
        given[100].ShouldBe((float)(((pixels[100] / 255.0) - 0.1307) / 0.3081), 1e-5f);
        File.WriteAllBytes(Path.Combine(folder, "t10k-labels-idx1-ubyte"), [0, 0, 8, 1, 0, 0, 0, 9, 1]);
        Should
            .Throw<InvalidDataException>(() => Loader.MNIST(folder, 2, false))
            .Message.ShouldContain("holds 1 values");
    }

    [Fact]
    public void CIFAR10_ThreeImages_ComeFromZeroToOne()
    {
        using var scope = NewDisposeScope();
        var folder = NewFolder();
        var bytes = new byte[3 * 3073];
        (bytes[0], bytes[3073], bytes[2 * 3073]) = (7, 0, 9);
        bytes[3073 + 1 + 1024] = 255; // the second image's first green value
        File.WriteAllBytes(Path.Combine(folder, "test_batch.bin"), bytes);
        using var loader = Loader.CIFAR10(folder, 3, isTrain: false);
        var (data, target) = loader.Single();
        target.data<long>().ToArray().ShouldBe([7, 0, 9]);
        data.shape.ShouldBe([3, 3, 32, 32]);
        data[1, 1, 0, 0].ToSingle().ShouldBe(1);
        data.sum().ToSingle().ShouldBe(1);
        File.WriteAllBytes(Path.Combine(folder, "test_batch.bin"), bytes[1..]);
        Should
            .Throw<InvalidDataException>(() => Loader.CIFAR10(folder, 3, false))
            .Message.ShouldContain("multiple of 3073");
    }
}
