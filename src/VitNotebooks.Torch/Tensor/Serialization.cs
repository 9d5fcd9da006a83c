using System.Text;
using VitNotebooks.Files;

namespace TorchSharp;

// One tensor in TorchSharp's .dat format: type, shape and elements.
public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Reads a tensor that <c>Save</c> wrote.</summary>
        /// <exception cref="InvalidDataException">It is no tensor in this format.</exception>
        public static Tensor Load(BinaryReader reader) => DatFormat.ReadTensor(reader, "tensor");

        /// <inheritdoc cref="Load(BinaryReader)"/>
        public static Tensor Load(Stream stream)
        {
            using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
            return Load(reader);
        }

        /// <inheritdoc cref="Load(BinaryReader)"/>
        public static Tensor Load(string location)
        {
            using var stream = File.OpenRead(location);
            return Load(stream);
        }

        /// <inheritdoc cref="Load(BinaryReader)"/>
        public static Tensor load(string location) => Load(location);
    }

    /// <summary>Reads a tensor that <see cref="save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is no tensor in TorchSharp's .dat format.</exception>
    public static Tensor load(string location) => Tensor.Load(location);

    /// <summary>Writes type, shape and elements in TorchSharp's .dat format.</summary>
    public static void save(Tensor t, string location) => t.Save(location);
}

public static partial class TensorExtensionMethods
{
    /// <summary>Writes type, shape and elements in TorchSharp's .dat format.</summary>
    public static void Save(this torch.Tensor tensor, BinaryWriter writer) => DatFormat.WriteTensor(writer, tensor);

    /// <inheritdoc cref="Save(torch.Tensor, BinaryWriter)"/>
    public static void Save(this torch.Tensor tensor, Stream stream)
    {
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        tensor.Save(writer);
    }

    /// <summary>The same to a file, which afterwards is the whole new one or, if something failed, the old one.</summary>
    public static void Save(this torch.Tensor tensor, string location) => DurableFile.Write(location, tensor.Save);

    /// <summary>Reads elements into this tensor; with <paramref name="skip"/> it passes over them.</summary>
    /// <exception cref="InvalidDataException">What was saved has another type or shape.</exception>
    public static void Load(this torch.Tensor tensor, BinaryReader reader, bool skip = false)
    {
        using var saved = DatFormat.ReadTensor(reader, "tensor");
        if (skip)
        {
            return;
        }

        if (saved.dtype != tensor.dtype || !saved.shape.AsSpan().SequenceEqual(tensor.shape))
        {
            throw new InvalidDataException(
                $"Load: a tensor of shape {new torch.Size(saved.shape)} {saved.dtype} was saved; this one is {new torch.Size(tensor.shape)} {tensor.dtype}."
            );
        }

        using var quiet = torch.no_grad();
        tensor.copy_(saved);
    }

    /// <summary>Reads a tensor; with <paramref name="skip"/> it passes over it and returns null.</summary>
    /// <exception cref="InvalidDataException">It is no tensor in this format.</exception>
    public static torch.Tensor? Load(BinaryReader reader, bool skip = false)
    {
        var saved = DatFormat.ReadTensor(reader, "tensor");
        if (!skip)
        {
            return saved;
        }

        saved.Dispose();
        return null;
    }

    /// <summary>Reads elements into the tensor or, where there is none yet, a new tensor; with <paramref name="skip"/> it passes
    /// over them.</summary>
    /// <exception cref="InvalidDataException">What was saved has another type or shape than the tensor.</exception>
    public static void Load(ref torch.Tensor? tensor, BinaryReader reader, bool skip = false)
    {
        if (tensor is null)
        {
            tensor = Load(reader, skip);
        }
        else
        {
            tensor.Load(reader, skip);
        }
    }
}
