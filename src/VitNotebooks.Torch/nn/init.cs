using System.Runtime.InteropServices;
using TorchSharp.Dispatch;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>
        /// Initial values in place, without gradients. The draws and the arithmetic are PyTorch's in PyTorch's order, so that the same
        /// seed gives the same bits.
        /// </summary>
        public static partial class init
        {
            /// <summary>Whether this thread leaves new weights as their memory is, since other values follow: nothing is drawn.</summary>
            [ThreadStatic]
            internal static bool Skips;

            /// <summary>Which fan the variance is kept for.</summary>
            public enum FanInOut
            {
                FanIn = 0,
                FanOut = 1,
            }

            /// <summary>The nonlinearity after the layer.</summary>
            public enum NonlinearityType
            {
                Linear = 0,
                Conv1D = 1,
                Conv2D = 2,
                Conv3D = 3,
                ConvTranspose1D = 4,
                ConvTranspose2D = 5,
                ConvTranspose3D = 6,
                Sigmoid = 7,
                Tanh = 8,
                ReLU = 9,
                LeakyReLU = 10,
            }

            /// <summary>The recommended gain of a nonlinearity; for LeakyReLU the parameter is the slope.</summary>
            public static double calculate_gain(NonlinearityType nonlinearity, double param = 0.0) =>
                nonlinearity switch
                {
                    NonlinearityType.Tanh => 5.0 / 3,
                    NonlinearityType.ReLU => Math.Sqrt(2.0),
                    NonlinearityType.LeakyReLU => Math.Sqrt(2.0 / (1 + (param * param))),
                    _ => 1,
                };

            /// <summary>Numbers of inputs and outputs of a weight [out, in, ..].</summary>
            public static (long fanIn, long fanOut) CalculateFanInAndFanOut(Tensor tensor)
            {
                ArgumentNullException.ThrowIfNull(tensor);
                var shape = tensor.shape;
                if (shape.Length < 2)
                {
                    throw new ArgumentException(
                        $"Fan in and fan out need a weight of at least 2 dimensions, got [{string.Join(", ", shape)}].",
                        nameof(tensor)
                    );
                }
                var places = 1L;
                foreach (var length in shape.AsSpan(2))
                {
                    places *= length;
                }
                return (shape[1] * places, shape[0] * places);
            }

            public static Tensor uniform_(Tensor tensor, double low = 0, double high = 1, Generator? generator = null)
            {
                if (Skips)
                {
                    return tensor;
                }

                using var _ = new GradMode(false);
                return Aten.uniform_(tensor, low, high, generator: generator);
            }

            public static Tensor normal_(Tensor tensor, double mean = 0, double std = 1, Generator? generator = null)
            {
                if (Skips)
                {
                    return tensor;
                }

                using var _ = new GradMode(false);
                return Aten.normal_(tensor, mean, std, generator: generator);
            }

            public static Tensor constant_(Tensor tensor, Scalar val)
            {
                if (Skips)
                {
                    return tensor;
                }

                using var _ = new GradMode(false);
                return Aten.fill__Scalar(tensor, val);
            }

            public static Tensor ones_(Tensor tensor) => constant_(tensor, 1.0);

            public static Tensor zeros_(Tensor tensor)
            {
                if (Skips)
                {
                    return tensor;
                }

                using var _ = new GradMode(false);
                return Aten.zero_(tensor);
            }

            /// <summary>Ones on the diagonal of a matrix.</summary>
            public static Tensor eye_(Tensor tensor)
            {
                var shape = tensor.shape;
                if (shape.Length != 2)
                {
                    throw new ArgumentException(
                        $"eye_: expected a matrix, got [{string.Join(", ", shape)}].",
                        nameof(tensor)
                    );
                }
                using var _ = new GradMode(false);
                using var identity = Aten.eye_m(shape[0], shape[1], dtype: tensor.dtype, device: tensor.device);
                return Aten.copy_(tensor, identity);
            }

            /// <summary>A convolution's weight [out, in, ..] that leaves its input as it is: ones at the centres of the diagonal.</summary>
            public static Tensor dirac_(Tensor tensor)
            {
                ArgumentNullException.ThrowIfNull(tensor);
                var shape = tensor.shape;
                if (shape.Length is < 3 or > 5)
                {
                    throw new ArgumentException(
                        $"dirac_: expected a convolution's weight of 3 to 5 dimensions, got [{string.Join(", ", shape)}].",
                        nameof(tensor)
                    );
                }
                using var _ = new GradMode(false);
                using var scope = NewDisposeScope();
                Aten.zero_(tensor);
                var centre = tensor;
                for (var i = shape.Length - 1; i >= 2; i--)
                {
                    centre = Aten.select_int(centre, i, shape[i] / 2);
                }
                Aten.fill__Scalar(Aten.diagonal(centre), 1);
                return tensor;
            }

            /// <summary>A normal distribution of which a part of each column of [rows, columns] is zero (Martens, 2010).</summary>
            /// <param name="tensor">[rows, columns]</param>
            /// <param name="sparsity">The part of the rows that is zero in each column, 0 to 1, rounded up.</param>
            /// <param name="std">The deviation of the rest.</param>
            public static Tensor sparse_(Tensor tensor, double sparsity, double std = 0.01)
            {
                ArgumentNullException.ThrowIfNull(tensor);
                var shape = tensor.shape;
                if (shape.Length != 2)
                {
                    throw new ArgumentException(
                        $"sparse_: expected a matrix [rows, columns], got [{string.Join(", ", shape)}].",
                        nameof(tensor)
                    );
                }
                if (!(sparsity >= 0 && sparsity <= 1))
                {
                    throw new ArgumentOutOfRangeException(
                        nameof(sparsity),
                        sparsity,
                        "sparse_: the part that is zero must be within 0 and 1."
                    );
                }
                using var _ = new GradMode(false);
                using var scope = NewDisposeScope();
                var zeros = (long)Math.Ceiling(sparsity * shape[0]);
                Aten.normal_(tensor, 0, std);
                for (var column = 0L; column < shape[1]; column++)
                {
                    var order = randperm(shape[0]).to(tensor.device);
                    Aten.index_fill__int_Scalar(
                        Aten.select_int(tensor, 1, column),
                        0,
                        Aten.narrow(order, 0, 0, zeros),
                        0
                    );
                }
                return tensor;
            }

            /// <summary>Xavier Glorot's uniform distribution.</summary>
            public static Tensor xavier_uniform_(Tensor tensor, double gain = 1.0)
            {
                var (fanIn, fanOut) = CalculateFanInAndFanOut(tensor);
                var bound = Math.Sqrt(3.0) * (gain * Math.Sqrt(2.0 / (fanIn + fanOut)));
                return uniform_(tensor, -bound, bound);
            }

            /// <summary>Xavier Glorot's normal distribution.</summary>
            public static Tensor xavier_normal_(Tensor tensor, double gain = 1.0)
            {
                var (fanIn, fanOut) = CalculateFanInAndFanOut(tensor);
                return normal_(tensor, 0, gain * Math.Sqrt(2.0 / (fanIn + fanOut)));
            }

            public static Tensor glorot_uniform_(Tensor tensor, double gain = 1.0) => xavier_uniform_(tensor, gain);

            public static Tensor glorot_normal_(Tensor tensor, double gain = 1.0) => xavier_normal_(tensor, gain);

            /// <summary>Kaiming He's uniform distribution (arXiv 1502.01852).</summary>
            public static Tensor kaiming_uniform_(
                Tensor tensor,
                double a = 0,
                FanInOut mode = FanInOut.FanIn,
                NonlinearityType nonlinearity = NonlinearityType.LeakyReLU
            )
            {
                var bound = Math.Sqrt(3.0) * KaimingDeviation(tensor, a, mode, nonlinearity);
                return uniform_(tensor, -bound, bound);
            }

            /// <summary>Kaiming He's normal distribution (arXiv 1502.01852).</summary>
            public static Tensor kaiming_normal_(
                Tensor tensor,
                double a = 0,
                FanInOut mode = FanInOut.FanIn,
                NonlinearityType nonlinearity = NonlinearityType.LeakyReLU
            ) => normal_(tensor, 0, KaimingDeviation(tensor, a, mode, nonlinearity));

            private static double KaimingDeviation(
                Tensor tensor,
                double a,
                FanInOut mode,
                NonlinearityType nonlinearity
            )
            {
                var (fanIn, fanOut) = CalculateFanInAndFanOut(tensor);
                var fan = mode == FanInOut.FanIn ? fanIn : fanOut;
                return calculate_gain(nonlinearity, a) / Math.Sqrt(fan);
            }

            /// <summary>
            /// A normal distribution cut off at a and b, by the inverse of its distribution function: uniform numbers, then erfinv.
            /// </summary>
            public static Tensor trunc_normal_(
                Tensor tensor,
                double mean = 0,
                double std = 1,
                double a = -2,
                double b = 2,
                Generator? generator = null
            )
            {
                static double Below(double x) => (1.0 + ErrorFunction(x / Math.Sqrt(2.0))) / 2.0;
                if (Skips)
                {
                    return tensor;
                }

                using var _ = new GradMode(false);
                var low = Below((a - mean) / std);
                var high = Below((b - mean) / std);
                Aten.uniform_(tensor, (2 * low) - 1, (2 * high) - 1, generator: generator);
                Aten.erfinv_(tensor);
                Aten.mul__Scalar(tensor, std * Math.Sqrt(2.0));
                Aten.add__Scalar(tensor, mean);
                return Aten.clamp_(tensor, a, b);
            }

            /// <summary>A (semi-)orthogonal matrix of the last dimensions taken together (arXiv 1312.6120).</summary>
            public static Tensor orthogonal_(Tensor tensor, double gain = 1.0)
            {
                var shape = tensor.shape;
                if (shape.Length < 2)
                {
                    throw new ArgumentException(
                        $"orthogonal_: expected at least 2 dimensions, got [{string.Join(", ", shape)}].",
                        nameof(tensor)
                    );
                }
                if (Skips || tensor.numel() == 0)
                {
                    return tensor;
                }
                using var _ = new GradMode(false);
                using var scope = NewDisposeScope();
                var (rows, columns) = (shape[0], tensor.numel() / shape[0]);
                var drawn = Aten.normal_(
                    Aten.empty_memory_format([rows, columns], dtype: tensor.dtype, device: tensor.device)
                );
                var (q, r) = Aten.linalg_qr(rows < columns ? Aten.transpose_int(drawn, 0, 1) : drawn);
                Aten.mul__Tensor(q, Aten.sign_(Aten.diag(r)));
                var matrix = rows < columns ? Aten.transpose_int(q, 0, 1) : q;
                Aten.copy_(tensor, Aten.reshape(matrix, shape));
                return Aten.mul__Scalar(tensor, gain);
            }

            /// <summary>What linear layers and convolutions start with: uniform within 1 / sqrt(fan in), the weight first.</summary>
            internal static void ResetLinear(Tensor weight, Tensor? bias)
            {
                kaiming_uniform_(weight, Math.Sqrt(5));
                if (bias is null)
                {
                    return;
                }
                var (fanIn, _) = CalculateFanInAndFanOut(weight);
                if (fanIn > 0)
                {
                    var bound = 1 / Math.Sqrt(fanIn);
                    uniform_(bias, -bound, bound);
                }
            }

            /// <summary>What tables start with: the standard normal distribution, zeros in the padding row if there is one.</summary>
            internal static void ResetEmbedding(Tensor weight, long padding)
            {
                normal_(weight);
                if (padding >= 0)
                {
                    using var _ = new GradMode(false);
                    using var row = Aten.select_int(weight, 0, padding);
                    Aten.zero_(row);
                }
            }

            // The C library's, as Python's math.erf: .NET has none.
            [DllImport("libm.so.6", EntryPoint = "erf", ExactSpelling = true)]
            private static extern double ErrorFunction(double x);
        }
    }
}
