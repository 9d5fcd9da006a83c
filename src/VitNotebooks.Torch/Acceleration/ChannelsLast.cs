using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Acceleration;

/// <summary>
/// Images [B, C, H, W] whose channels lie beside each other in memory: the order that convolutions on CPUs and tensor cores like.
/// Shapes and values stay; operations keep the order of their input, so the images and the model's weights are all that is moved.
/// </summary>
[BeyondTorchSharp]
public static partial class ChannelsLast
{
    /// <summary>The tensor in this order; itself where it is so already.</summary>
    /// <param name="images">[B, C, H, W]</param>
    /// <exception cref="ArgumentException">It has not 4 dimensions.</exception>
    public static Tensor Of(Tensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        return Is(images) ? images : Moved(Four(images));
    }

    /// <summary>The tensor in the usual order, channel after channel; itself where it is so already.</summary>
    public static Tensor Undo(Tensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        return images.contiguous();
    }

    /// <summary>Whether it lies so in memory. Of one channel, or one pixel, both orders are the same.</summary>
    public static bool Is(Tensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.dim() != 4)
        {
            return false;
        }
        var (shape, strides) = (images.shape, images.stride());
        long expected = 1;
        foreach (var d in (ReadOnlySpan<int>)[1, 3, 2, 0])
        {
            if (shape[d] != 1 && strides[d] != expected)
            {
                return false;
            }
            expected *= Math.Max(shape[d], 1);
        }
        return true;
    }

    /// <summary>Moves every parameter and buffer of 4 dimensions, and its gradient, into this order, in place.</summary>
    /// <returns>The module.</returns>
    public static TModule Apply<TModule>(TModule module)
        where TModule : nn.Module
    {
        ArgumentNullException.ThrowIfNull(module);
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        foreach (var tensor in module.parameters().Concat(module.buffers()))
        {
            Move(tensor);
            if (tensor.requires_grad && tensor.grad is { } grad)
            {
                Move(grad);
                tensor.grad = grad;
            }
        }
        return module;

        static void Move(Tensor tensor)
        {
            if (tensor.dim() == 4 && !Is(tensor))
            {
                Put(tensor, Moved(tensor));
            }
        }
    }

    /// <summary>A copy in this order; autograd follows it.</summary>
    private static partial Tensor Moved(Tensor images);

    /// <summary>Makes a tensor, a parameter for one, hold the memory of its copy.</summary>
    private static partial void Put(Tensor tensor, Tensor moved);

    private static Tensor Four(Tensor images) =>
        images.dim() == 4
            ? images
            : throw new ArgumentException(
                $"ChannelsLast: a tensor of shape [{string.Join(", ", images.shape)}]; expected 4 dimensions, [B, C, H, W].",
                nameof(images)
            );
}
