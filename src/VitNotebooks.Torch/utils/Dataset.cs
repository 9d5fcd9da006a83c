using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class utils
    {
        /// <summary>Data sets and what loads them in batches.</summary>
        public static partial class data
        {
            /// <summary>Samples by their index.</summary>
            /// <typeparam name="T">What one sample is.</typeparam>
            public abstract class Dataset<T> : IDisposable
            {
                /// <summary>How many samples there are.</summary>
                public abstract long Count { get; }

                /// <summary>One sample. A loader with several workers calls it from several threads at once; tensors made on the way
                /// are freed once their batch is put together.</summary>
                /// <param name="index">From 0 to below <see cref="Count"/>.</param>
                public abstract T GetTensor(long index);

                public void Dispose()
                {
                    Dispose(true);
                    GC.SuppressFinalize(this);
                }

                protected virtual void Dispose(bool disposing) { }
            }

            /// <summary>Samples of named tensors.</summary>
            public abstract class Dataset : Dataset<Dictionary<string, Tensor>> { }

            /// <summary>Samples of several tensors in an order.</summary>
            public abstract class IterableDataset : Dataset<IList<Tensor>> { }

            /// <summary>The rows of tensors of one length as samples.</summary>
            public static TensorDataset TensorDataset(params Tensor[] tensors) => new(tensors);
        }
    }
}
