using TorchSharp.Dispatch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>Batches of named tensors, stacked along a new first dimension.</summary>
    public class DataLoader : DataLoader<Dictionary<string, Tensor>, Dictionary<string, Tensor>>
    {
        public DataLoader(
            utils.data.Dataset dataset,
            int batchSize,
            IEnumerable<long> shuffler,
            Device? device = null,
            int num_worker = 1,
            bool drop_last = false,
            bool disposeBatch = true,
            bool disposeDataset = true
        )
            : base(dataset, batchSize, Collate, shuffler, device, num_worker, drop_last, disposeBatch, disposeDataset)
        { }

        public DataLoader(
            utils.data.Dataset dataset,
            int batchSize,
            bool shuffle = false,
            Device? device = null,
            int? seed = null,
            int num_worker = 1,
            bool drop_last = false,
            bool disposeBatch = true,
            bool disposeDataset = true
        )
            : base(
                dataset,
                batchSize,
                Collate,
                shuffle,
                device,
                seed,
                num_worker,
                drop_last,
                disposeBatch,
                disposeDataset
            ) { }

        private static Dictionary<string, Tensor> Collate(
            IEnumerable<Dictionary<string, Tensor>> samples,
            Device device
        )
        {
            var all = samples.ToArray();
            return all[0].Keys.ToDictionary(name => name, name => Stack([.. all.Select(s => s[name])], device));
        }

        internal static Tensor Stack(Tensor[] rows, Device device)
        {
            using var scope = NewDisposeScope();
            var batch = Aten.stack(rows);
            return scope.MoveToOuter(batch.device.Equals(device) ? batch : batch.to(device));
        }
    }

    /// <summary>Batches of several tensors in an order, each stacked along a new first dimension.</summary>
    public class IterableDataLoader : DataLoader<IList<Tensor>, IList<Tensor>>
    {
        public IterableDataLoader(
            utils.data.IterableDataset dataset,
            int batchSize,
            IEnumerable<long> shuffler,
            Device? device = null,
            int num_worker = 1,
            bool drop_last = false,
            bool disposeBatch = true,
            bool disposeDataset = true
        )
            : base(dataset, batchSize, Collate, shuffler, device, num_worker, drop_last, disposeBatch, disposeDataset)
        { }

        public IterableDataLoader(
            utils.data.IterableDataset dataset,
            int batchSize,
            bool shuffle = false,
            Device? device = null,
            int? seed = null,
            int num_worker = 1,
            bool drop_last = false,
            bool disposeBatch = true,
            bool disposeDataset = true
        )
            : base(
                dataset,
                batchSize,
                Collate,
                shuffle,
                device,
                seed,
                num_worker,
                drop_last,
                disposeBatch,
                disposeDataset
            ) { }

        private static IList<Tensor> Collate(IEnumerable<IList<Tensor>> samples, Device device)
        {
            var all = samples.ToArray();
            return
            [
                .. Enumerable
                    .Range(0, all[0].Count)
                    .Select(i => Modules.DataLoader.Stack([.. all.Select(s => s[i])], device)),
            ];
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class utils
        {
            public static partial class data
            {
                public static DataLoader DataLoader(
                    Dataset dataset,
                    int batchSize,
                    IEnumerable<long> shuffler,
                    Device? device = null,
                    int num_worker = 1,
                    bool drop_last = false,
                    bool disposeBatch = true,
                    bool disposeDataset = true
                ) => new(dataset, batchSize, shuffler, device, num_worker, drop_last, disposeBatch, disposeDataset);

                public static DataLoader DataLoader(
                    Dataset dataset,
                    int batchSize,
                    bool shuffle = false,
                    Device? device = null,
                    int? seed = null,
                    int num_worker = 1,
                    bool drop_last = false,
                    bool disposeBatch = true,
                    bool disposeDataset = true
                ) =>
                    new(dataset, batchSize, shuffle, device, seed, num_worker, drop_last, disposeBatch, disposeDataset);

                public static IterableDataLoader DataLoader(
                    IterableDataset dataset,
                    int batchSize,
                    IEnumerable<long> shuffler,
                    Device? device = null,
                    int num_worker = 1,
                    bool drop_last = false,
                    bool disposeBatch = true,
                    bool disposeDataset = true
                ) => new(dataset, batchSize, shuffler, device, num_worker, drop_last, disposeBatch, disposeDataset);

                public static IterableDataLoader DataLoader(
                    IterableDataset dataset,
                    int batchSize,
                    bool shuffle = false,
                    Device? device = null,
                    int? seed = null,
                    int num_worker = 1,
                    bool drop_last = false,
                    bool disposeBatch = true,
                    bool disposeDataset = true
                ) =>
                    new(dataset, batchSize, shuffle, device, seed, num_worker, drop_last, disposeBatch, disposeDataset);
            }
        }
    }
}
