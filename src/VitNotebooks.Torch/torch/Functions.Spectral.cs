namespace TorchSharp;

// Short-time spectra.
public static partial class torch
{
    public static Tensor stft(
        Tensor input,
        long n_fft,
        long hop_length = -1,
        long win_length = -1,
        Tensor? window = null,
        bool center = true,
        PaddingModes pad_mode = PaddingModes.Reflect,
        bool normalized = false,
        bool? onesided = null,
        bool? return_complex = null
    ) =>
        Given(input)
            .stft(n_fft, hop_length, win_length, window, center, pad_mode, normalized, onesided, return_complex);

    public static Tensor istft(
        Tensor input,
        long n_fft,
        long hop_length = -1,
        long win_length = -1,
        Tensor? window = null,
        bool center = true,
        bool normalized = false,
        bool? onesided = null,
        long length = -1,
        bool return_complex = false
    ) =>
        Given(input).istft(n_fft, hop_length, win_length, window, center, normalized, onesided, length, return_complex);
}
