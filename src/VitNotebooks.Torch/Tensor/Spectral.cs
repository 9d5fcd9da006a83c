using TorchSharp.Dispatch;

namespace TorchSharp;

// Short-time spectra.
public static partial class torch
{
    public partial class Tensor
    {
        public Tensor stft(
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
            Aten.stft_center(
                this,
                n_fft,
                Positive(hop_length),
                Positive(win_length),
                window,
                center,
                pad_mode.ToString().ToLowerInvariant(),
                normalized,
                onesided,
                return_complex
            );

        public Tensor istft(
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
            Aten.istft(
                this,
                n_fft,
                Positive(hop_length),
                Positive(win_length),
                window,
                center,
                normalized,
                onesided,
                Positive(length),
                return_complex
            );
    }
}
