using System.Buffers.Binary;
using static TorchSharp.torch;

namespace TorchSharp.Data;

/// <summary>Reads two classic data sets from their unpacked files into memory.</summary>
public class Loader
{
    private const int CifarSide = 32;
    private const int CifarImage = 3 * CifarSide * CifarSide;

    public Loader() { }

    /// <summary>MNIST from <c>train-images-idx3-ubyte</c> and its like: [B, 1, 28, 28], mean 0.1307 and deviation 0.3081 taken out,
    /// and labels [B] of int64.</summary>
    /// <param name="filename">The folder.</param>
    /// <param name="batchSize">Images a batch; the last one may be smaller.</param>
    /// <param name="isTrain">The training files or those whose names begin with t10k.</param>
    /// <exception cref="InvalidDataException">A file is no such file; the message says what was found.</exception>
    public static DataIterator MNIST(string filename, long batchSize, bool isTrain = true)
    {
        using var scope = NewDisposeScope();
        var part = isTrain ? "train" : "t10k";
        var (shape, pixels) = Idx(Path.Combine(filename, $"{part}-images-idx3-ubyte"), 3);
        var (_, labels) = Idx(Path.Combine(filename, $"{part}-labels-idx1-ubyte"), 1);
        if (labels.Length != shape[0])
        {
            throw new InvalidDataException($"MNIST in {filename}: {shape[0]} images and {labels.Length} labels.");
        }
        var images = tensor(pixels).to(ScalarType.Float32).reshape(shape[0], 1, shape[1], shape[2]);
        return new(images.div_(255).sub_(0.1307).div_(0.3081), tensor(labels).to(ScalarType.Int64), batchSize);
    }

    /// <summary>CIFAR-10 from <c>data_batch_1.bin</c> and its like: [B, 3, 32, 32] from 0 to 1 and labels [B] of int64.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="batchSize">Images a batch; the last one may be smaller.</param>
    /// <param name="isTrain">The five training files or the test file.</param>
    /// <exception cref="InvalidDataException">A file is no such file; the message says what was found.</exception>
    public static DataIterator CIFAR10(string path, long batchSize, bool isTrain = true)
    {
        using var scope = NewDisposeScope();
        var names = isTrain ? Enumerable.Range(1, 5).Select(i => $"data_batch_{i}.bin") : ["test_batch.bin"];
        var rows = cat([.. names.Select(n => CifarRows(Path.Combine(path, n)))]);
        var images = rows.narrow(1, 1, CifarImage).to(ScalarType.Float32).reshape(-1, 3, CifarSide, CifarSide);
        return new(images.div_(255), rows.select(1, 0).to(ScalarType.Int64), batchSize);
    }

    private static Tensor CifarRows(string path)
    {
        var bytes = File.ReadAllBytes(path);
        return bytes.Length % (CifarImage + 1) == 0
            ? tensor(bytes).reshape(-1, CifarImage + 1)
            : throw new InvalidDataException(
                $"{path} has {bytes.Length} bytes, expected a multiple of {CifarImage + 1}, one label and 3 x 32 x 32 values an image."
            );
    }

    private static (long[] Shape, byte[] Values) Idx(string path, int dimensions)
    {
        var bytes = File.ReadAllBytes(path);
        var head = 4 + (4 * dimensions);
        if (bytes.Length < head || BinaryPrimitives.ReadInt32BigEndian(bytes) != 0x800 + dimensions)
        {
            throw new InvalidDataException($"{path} is no file of unsigned bytes in {dimensions} dimensions (IDX).");
        }
        var shape = new long[dimensions];
        long count = 1;
        for (var i = 0; i < dimensions; i++)
        {
            shape[i] = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(4 + (4 * i)));
            count = checked(count * shape[i]);
        }
        return bytes.Length - head == count
            ? (shape, bytes[head..])
            : throw new InvalidDataException(
                $"{path} says {string.Join(" x ", shape)} and holds {bytes.Length - head} values."
            );
    }
}
