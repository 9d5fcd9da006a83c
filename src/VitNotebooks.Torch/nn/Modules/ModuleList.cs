using System.Collections;
using System.Globalization;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>A list of modules, named "0", "1", ... in the state dict.</summary>
    public class ModuleList<T> : Module, IList<T>
        where T : Module
    {
        private readonly List<T> _list = [];

        public ModuleList(params T[] modules)
            : base(nameof(ModuleList)) => extend(modules);

        public T this[int index]
        {
            get => _list[index];
            set => Change(list => list[index] = value);
        }

        public int Count => _list.Count;

        public bool IsReadOnly => false;

        public void Add(T item)
        {
            add_module(_list.Count.ToString(CultureInfo.InvariantCulture), item);
            _list.Add(item);
        }

        public void append(params T[] parameters) => extend(parameters);

        public void extend(IEnumerable<T> modules)
        {
            ArgumentNullException.ThrowIfNull(modules);
            foreach (var module in modules)
            {
                Add(module);
            }
        }

        public void Clear() => Change(list => list.Clear());

        public bool Contains(T item) => _list.Contains(item);

        public void CopyTo(T[] array, int arrayIndex) => _list.CopyTo(array, arrayIndex);

        public int IndexOf(T item) => _list.IndexOf(item);

        public void Insert(int index, T item) => Change(list => list.Insert(index, item));

        public bool Remove(T item)
        {
            var index = IndexOf(item);
            if (index >= 0)
            {
                RemoveAt(index);
            }
            return index >= 0;
        }

        public void RemoveAt(int index) => Change(list => list.RemoveAt(index));

        public IEnumerator<T> GetEnumerator() => _list.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        private void Change(Action<List<T>> change)
        {
            change(_list);
            ReplaceModules(_list.Select((m, i) => (i.ToString(CultureInfo.InvariantCulture), (Module)m)));
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>A list of modules, named "0", "1", ...</summary>
            public static ModuleList<T> ModuleList<T>(params T[] modules)
                where T : Module => new(modules);

            /// <inheritdoc cref="ModuleList{T}(T[])"/>
            public static ModuleList<Module> ModuleList(params Module[] modules) => new(modules);
        }
    }
}
