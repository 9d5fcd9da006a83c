namespace TorchSharp;

/// <summary>Padding by name: none, or as much as keeps the size.</summary>
public enum Padding
{
    Valid = 0,
    Same = 1,
}

/// <summary>What becomes of the rows of a bag; values as in libtorch.</summary>
public enum EmbeddingBagMode
{
    Sum = 0,
    Mean = 1,
    Max = 2,
}

public static partial class torch
{
    /// <summary>How <c>grid_sample</c> reads between grid points.</summary>
    public enum GridSampleMode
    {
        Nearest = 0,
        Bilinear = 2,
    }

    /// <summary>What <c>grid_sample</c> reads outside the image.</summary>
    public enum GridSamplePaddingMode
    {
        Zeros = 0,
        Reflection = 1,
        Border = 2,
    }

    /// <summary>How <c>interpolate</c> computes the values between the given ones.</summary>
    public enum InterpolationMode
    {
        Nearest = 0,
        Linear = 1,
        Bilinear = 2,
        Bicubic = 3,
        Trilinear = 4,
        Area = 5,
        NearestExact = 6,
    }

    /// <summary>How <c>upsample</c> computes the values between the given ones.</summary>
    public enum UpsampleMode
    {
        Nearest = 0,
        Linear = 1,
        Bilinear = 2,
        Bicubic = 3,
        Trilinear = 4,
    }

    public static partial class nn
    {
        /// <summary>How the losses of the elements become one; values as in libtorch.</summary>
        public enum Reduction
        {
            None = 0,
            Mean = 1,
            Sum = 2,
        }

        /// <summary>The activation inside a transformer layer.</summary>
        public enum Activations
        {
            ReLU = 0,
            GELU = 1,
        }

        /// <summary>The nonlinearity of a plain recurrent network.</summary>
        public enum NonLinearities
        {
            ReLU = 0,
            Tanh = 1,
        }
    }
}
