using System.Runtime.Intrinsics.X86;

namespace TorchSharp.Native;

/// <summary>Products and convolutions of bfloat16 through float32 (Native/products.cpp), on a processor and with a BLAS that
/// have none of their own: libtorch's loops take ten times as long.</summary>
/// <param name="Module">The native module that computes them, or null.</param>
/// <param name="Refusal">Why libtorch's own are in use, or null.</param>
internal sealed record WidenedProducts(NativeModule? Module, string? Refusal)
{
    /// <summary>Puts them in place where they are faster.</summary>
    public static unsafe WidenedProducts Install(LibtorchLocation location, ElfImage image)
    {
        if (!X86Base.IsSupported || (Avx512BW.VL.IsSupported && Avx512DQ.VL.IsSupported))
        {
            return new WidenedProducts(null, "oneDNN multiplies bfloat16 on this processor");
        }
        if (!image.Imports("sgemm_"))
        {
            return new WidenedProducts(null, "the BLAS inside libtorch multiplies bfloat16");
        }
        try
        {
            var module = NativeModule.Load("products", location, image);
            ((delegate* unmanaged<void>)module.Symbol("vn_products_install"))();
            return new WidenedProducts(module, Refusal: null);
        }
        catch (LibtorchException e)
        {
            return new WidenedProducts(null, e.Message);
        }
    }
}
