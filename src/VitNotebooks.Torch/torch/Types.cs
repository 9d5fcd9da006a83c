namespace TorchSharp;

/// <summary>The kind of a device; values as in libtorch's <c>c10::DeviceType</c>.</summary>
public enum DeviceType
{
    CPU = 0,
    CUDA = 1,
    MKLDNN = 2,
    OPENGL = 3,
    OPENCL = 4,
    IDEEP = 5,
    HIP = 6,
    FPGA = 7,
    MSNPU = 8,
    XLA = 9,
    MPS = 13,
    META = 14,
}

/// <summary>How a tensor's elements are laid out in memory; values as in <c>c10::Layout</c>.</summary>
public enum layout
{
    strided = 0,
    sparse_coo = 1,
}

/// <summary>The order of a dense tensor's dimensions in memory.</summary>
/// <remarks>The numbers are TorchSharp's; libtorch counts contiguous as 0 and preserve as 1, see
/// <see cref="MemoryFormats.ToNative"/>.</remarks>
public enum memory_format
{
    preserve_format = 0,
    contiguous_format = 1,
    channels_last = 2,
}

/// <summary>The two numberings of memory formats: TorchSharp's and <c>c10::MemoryFormat</c>'s.</summary>
internal static class MemoryFormats
{
    internal static long ToNative(this memory_format format) =>
        format switch
        {
            memory_format.contiguous_format => 0,
            memory_format.preserve_format => 1,
            memory_format.channels_last => 2,
            _ => throw new ArgumentOutOfRangeException(
                nameof(format),
                format,
                "memory_format: expected preserve_format, contiguous_format or channels_last."
            ),
        };
}

/// <summary>How the two outer axes of <c>meshgrid</c> are ordered.</summary>
public enum indexing
{
    xy = 0,
    ij = 1,
}

/// <summary>When <c>cdist</c> may use a matrix product.</summary>
public enum compute_mode
{
    use_mm_for_euclid_dist_if_necessary = 0,
    use_mm_for_euclid_dist = 1,
    donot_use_mm_for_euclid_dist = 2,
}

/// <summary>What happens at the border of a padded signal.</summary>
public enum PaddingModes
{
    Zeros = 0,
    Reflect = 1,
    Replicate = 2,
    Circular = 3,
    Constant = 4,
}

/// <summary>The reduction of <c>index_reduce</c>.</summary>
public enum Reduce
{
    prod = 0,
    mean = 1,
    amax = 2,
    amin = 3,
}

/// <summary>How <c>ToString</c> and <c>str</c> show a tensor.</summary>
public enum TensorStringStyle
{
    Metadata = 0,
    Julia = 1,
    Numpy = 2,
    CSharp = 3,

    /// <summary>What <c>torch.TensorStringStyle</c> says.</summary>
    Default = 4,
}

public static partial class torch
{
    /// <summary>The element type of a tensor; values as in <c>c10::ScalarType</c>.</summary>
    public enum ScalarType : sbyte
    {
        Byte = 0,
        Int8 = 1,
        Int16 = 2,
        Int32 = 3,
        Int64 = 4,
        Float16 = 5,
        Float32 = 6,
        Float64 = 7,
        ComplexFloat32 = 9,
        ComplexFloat64 = 10,
        Bool = 11,
        QInt8 = 12,
        QUInt8 = 13,
        QInt32 = 14,
        BFloat16 = 15,
    }

    /// <summary>How a quotient is rounded.</summary>
    public enum RoundingMode
    {
        /// <summary>Not at all: the true quotient.</summary>
        None = 0,

        /// <summary>Towards zero, as C#'s integer division.</summary>
        trunc = 1,

        /// <summary>Towards minus infinity, as Python's <c>//</c>.</summary>
        floor = 2,
    }
}
