using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Switches of the libraries under libtorch; each belongs to the process.</summary>
    public static partial class backends
    {
        /// <summary>cuBLAS and attention on CUDA.</summary>
        public static partial class cuda
        {
            public static bool flash_sdp_enabled() => Context.IsOn(ContextSwitch.FlashAttention);

            public static void enable_flash_sdp(bool enable) => Context.Set(ContextSwitch.FlashAttention, enable);

            public static bool math_sdp_enabled() => Context.IsOn(ContextSwitch.MathAttention);

            public static void enable_math_sdp(bool enable) => Context.Set(ContextSwitch.MathAttention, enable);

            /// <summary>Products of matrices on CUDA.</summary>
            public static partial class matmul
            {
                /// <summary>Whether float32 products may round their factors to TF32.</summary>
                public static bool allow_tf32
                {
                    get => Context.IsOn(ContextSwitch.MatmulTF32);
                    set => Context.Set(ContextSwitch.MatmulTF32, value);
                }

                /// <summary>Whether sums of a float16 product may be float16.</summary>
                public static bool allow_fp16_reduced_precision_reduction
                {
                    get => Context.IsOn(ContextSwitch.HalfReduction);
                    set => Context.Set(ContextSwitch.HalfReduction, value);
                }
            }
        }

        /// <summary>NVIDIA's library of convolutions.</summary>
        public static partial class cudnn
        {
            /// <summary>Whether float32 convolutions may round their factors to TF32.</summary>
            public static bool allow_tf32
            {
                get => Context.IsOn(ContextSwitch.CudnnTF32);
                set => Context.Set(ContextSwitch.CudnnTF32, value);
            }
        }
    }
}
