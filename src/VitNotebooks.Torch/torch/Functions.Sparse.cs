using TorchSharp.Dispatch;

namespace TorchSharp;

// Sparse and quantized tensors.
public static partial class torch
{
    public static Tensor dequantize(Tensor input) => Given(input).dequantize();

    public static Tensor fake_quantize_per_channel_affine(
        Tensor input,
        Tensor scale,
        Tensor zero_point,
        int axis,
        long quant_min,
        long quant_max
    ) => Aten.fake_quantize_per_channel_affine(input, scale, zero_point, axis, quant_min, quant_max);

    public static Tensor fake_quantize_per_tensor_affine(
        Tensor input,
        Tensor scale,
        Tensor zero_point,
        long quant_min,
        long quant_max
    ) => Aten.fake_quantize_per_tensor_affine_tensor_qparams(input, scale, zero_point, quant_min, quant_max);

    public static Tensor quantize_per_channel(
        Tensor input,
        Tensor scales,
        Tensor zero_points,
        long axis,
        ScalarType dtype
    ) => Aten.quantize_per_channel(input, scales, zero_points, axis, dtype);

    public static Tensor quantize_per_tensor(Tensor input, double scale, long zero_point, ScalarType dtype) =>
        Aten.quantize_per_tensor(input, scale, zero_point, dtype);

    public static Tensor quantized_batch_norm(
        Tensor input,
        Tensor weight,
        Tensor bias,
        Tensor mean,
        Tensor var,
        double eps,
        double output_scale,
        long output_zero_point
    ) => Aten.quantized_batch_norm(input, weight, bias, mean, var, eps, output_scale, output_zero_point);

    public static Tensor quantized_max_pool1d(
        Tensor input,
        long[] kernel_size,
        long[] stride,
        long[] padding,
        long dilation = 1,
        bool ceil_mode = false
    ) => Aten.quantized_max_pool1d(input, kernel_size, stride, padding, [dilation], ceil_mode);

    public static Tensor quantized_max_pool2d(
        Tensor input,
        long[] kernel_size,
        long[] stride,
        long[] padding,
        long dilation = 1,
        bool ceil_mode = false
    ) => Aten.quantized_max_pool2d(input, kernel_size, stride, padding, [dilation, dilation], ceil_mode);
}
