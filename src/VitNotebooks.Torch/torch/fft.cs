using TorchSharp.Dispatch;

namespace TorchSharp;

/// <summary>Where a Fourier transform is divided by its length.</summary>
public enum FFTNormType
{
    /// <summary>In the inverse transform.</summary>
    Backward = 0,

    /// <summary>In the forward transform.</summary>
    Forward = 1,

    /// <summary>By the square root, in both.</summary>
    Ortho = 2,
}

public static partial class torch
{
    /// <summary>Discrete Fourier transforms.</summary>
    public static partial class fft
    {
        private static long? Length(long n) => n < 0 ? null : n;

        private static string NameOf(FFTNormType norm) => norm.ToString().ToLowerInvariant();

        public static Tensor fft2(
            Tensor input,
            long[]? s = null,
            long[]? dim = null,
            FFTNormType norm = FFTNormType.Backward
        ) => Aten.fft_fft2(input, s, dim ?? [-2, -1], NameOf(norm));

        public static Tensor fft_(Tensor input, long n = -1, long dim = -1, FFTNormType norm = FFTNormType.Backward) =>
            Aten.fft_fft(input, Length(n), dim, NameOf(norm));

        public static Tensor fftfreq(
            long n,
            double d = 1,
            ScalarType? dtype = null,
            Device? device = null,
            bool requires_grad = false
        ) => Made(Aten.fft_fftfreq(n, d, dtype: dtype ?? s_dtype, device: device ?? s_device), requires_grad);

        public static Tensor fftn(
            Tensor input,
            long[]? s = null,
            long[]? dim = null,
            FFTNormType norm = FFTNormType.Backward
        ) => Aten.fft_fftn(input, s, dim, NameOf(norm));

        public static Tensor fftshift(Tensor input, long[]? dim = null) => Aten.fft_fftshift(input, dim);

        public static Tensor hfft(Tensor input, long n = -1, long dim = -1, FFTNormType norm = FFTNormType.Backward) =>
            Aten.fft_hfft(input, Length(n), dim, NameOf(norm));

        public static Tensor hfft2(
            Tensor input,
            long[]? s = null,
            long[]? dim = null,
            FFTNormType norm = FFTNormType.Backward
        ) => Aten.fft_hfft2(input, s, dim ?? [-2, -1], NameOf(norm));

        public static Tensor hfftn(
            Tensor input,
            long[]? s = null,
            long[]? dim = null,
            FFTNormType norm = FFTNormType.Backward
        ) => Aten.fft_hfftn(input, s, dim, NameOf(norm));

        public static Tensor ifft(Tensor input, long n = -1, long dim = -1, FFTNormType norm = FFTNormType.Backward) =>
            Aten.fft_ifft(input, Length(n), dim, NameOf(norm));

        public static Tensor ifft2(
            Tensor input,
            long[]? s = null,
            long[]? dim = null,
            FFTNormType norm = FFTNormType.Backward
        ) => Aten.fft_ifft2(input, s, dim ?? [-2, -1], NameOf(norm));

        public static Tensor ifftn(
            Tensor input,
            long[]? s = null,
            long[]? dim = null,
            FFTNormType norm = FFTNormType.Backward
        ) => Aten.fft_ifftn(input, s, dim, NameOf(norm));

        public static Tensor ifftshift(Tensor input, long[]? dim = null) => Aten.fft_ifftshift(input, dim);

        public static Tensor ihfft(Tensor input, long n = -1, long dim = -1, FFTNormType norm = FFTNormType.Backward) =>
            Aten.fft_ihfft(input, Length(n), dim, NameOf(norm));

        public static Tensor ihfft2(
            Tensor input,
            long[]? s = null,
            long[]? dim = null,
            FFTNormType norm = FFTNormType.Backward
        ) => Aten.fft_ihfft2(input, s, dim ?? [-2, -1], NameOf(norm));

        public static Tensor ihfftn(
            Tensor input,
            long[]? s = null,
            long[]? dim = null,
            FFTNormType norm = FFTNormType.Backward
        ) => Aten.fft_ihfftn(input, s, dim, NameOf(norm));

        public static Tensor irfft(Tensor input, long n = -1, long dim = -1, FFTNormType norm = FFTNormType.Backward) =>
            Aten.fft_irfft(input, Length(n), dim, NameOf(norm));

        public static Tensor irfft2(
            Tensor input,
            long[]? s = null,
            long[]? dim = null,
            FFTNormType norm = FFTNormType.Backward
        ) => Aten.fft_irfft2(input, s, dim ?? [-2, -1], NameOf(norm));

        public static Tensor irfftn(
            Tensor input,
            long[]? s = null,
            long[]? dim = null,
            FFTNormType norm = FFTNormType.Backward
        ) => Aten.fft_irfftn(input, s, dim, NameOf(norm));

        public static Tensor rfft(Tensor input, long n = -1, long dim = -1, FFTNormType norm = FFTNormType.Backward) =>
            Aten.fft_rfft(input, Length(n), dim, NameOf(norm));

        public static Tensor rfft2(
            Tensor input,
            long[]? s = null,
            long[]? dim = null,
            FFTNormType norm = FFTNormType.Backward
        ) => Aten.fft_rfft2(input, s, dim ?? [-2, -1], NameOf(norm));

        public static Tensor rfftfreq(
            long n,
            double d = 1,
            ScalarType? dtype = null,
            Device? device = null,
            bool requires_grad = false
        ) => Made(Aten.fft_rfftfreq(n, d, dtype: dtype ?? s_dtype, device: device ?? s_device), requires_grad);

        public static Tensor rfftn(
            Tensor input,
            long[]? s = null,
            long[]? dim = null,
            FFTNormType norm = FFTNormType.Backward
        ) => Aten.fft_rfftn(input, s, dim, NameOf(norm));
    }
}
