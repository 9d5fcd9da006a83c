using System.Collections;
using System.Diagnostics.CodeAnalysis;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Modules by name, in the order in which they were added.</summary>
    public class ModuleDict<T> : Module, IDictionary<string, T>, IList<(string, T)>
        where T : Module
    {
        private readonly OrderedDictionary<string, T> _items = new(StringComparer.Ordinal);

        public ModuleDict()
            : base(nameof(ModuleDict)) { }

        public T this[string key]
        {
            get => _items[key];
            set => Change(items => items[key] = value);
        }

        public (string, T) this[int index]
        {
            get => (_items.GetAt(index).Key, _items.GetAt(index).Value);
            set => Change(items => items.SetAt(index, value.Item1, value.Item2));
        }

        public int Count => _items.Count;

        public bool IsReadOnly => false;

        public ICollection<string> Keys => _items.Keys;

        public ICollection<T> Values => _items.Values;

        public IEnumerable<string> keys() => _items.Keys;

        public IEnumerable<T> values() => _items.Values;

        public IEnumerator<(string, T)> items() => GetEnumerator();

        public void Add(string key, T value) => Change(items => items.Add(key, value));

        public void Add((string, T) item) => Add(item.Item1, item.Item2);

        public void Add(KeyValuePair<string, T> item) => Add(item.Key, item.Value);

        public void Clear() => Change(items => items.Clear());

        public void clear() => Clear();

        public bool Contains((string, T) item) =>
            _items.TryGetValue(item.Item1, out var value) && ReferenceEquals(value, item.Item2);

        public bool Contains(KeyValuePair<string, T> item) => Contains((item.Key, item.Value));

        public bool ContainsKey(string key) => _items.ContainsKey(key);

        public void CopyTo((string, T)[] array, int arrayIndex) =>
            _items.Select(i => (i.Key, i.Value)).ToArray().CopyTo(array, arrayIndex);

        public void CopyTo(KeyValuePair<string, T>[] array, int arrayIndex) =>
            _items.ToArray().CopyTo(array, arrayIndex);

        public int IndexOf((string, T) item) => Contains(item) ? _items.IndexOf(item.Item1) : -1;

        public void Insert(int index, (string, T) item) => Change(items => items.Insert(index, item.Item1, item.Item2));

        public bool Remove(string key)
        {
            var found = _items.ContainsKey(key);
            Change(items => items.Remove(key));
            return found;
        }

        public bool Remove((string, T) item) => Contains(item) && Remove(item.Item1);

        public bool Remove(KeyValuePair<string, T> item) => Remove((item.Key, item.Value));

        public void RemoveAt(int index) => Change(items => items.RemoveAt(index));

        public bool TryGetValue(string key, [MaybeNullWhen(false)] out T value) => _items.TryGetValue(key, out value);

        public IEnumerator<(string, T)> GetEnumerator() => _items.Select(i => (i.Key, i.Value)).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        IEnumerator<KeyValuePair<string, T>> IEnumerable<KeyValuePair<string, T>>.GetEnumerator() =>
            _items.GetEnumerator();

        private void Change(Action<OrderedDictionary<string, T>> change)
        {
            change(_items);
            ReplaceModules(_items.Select(i => (i.Key, (Module)i.Value)));
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>Modules by name.</summary>
            public static ModuleDict<T> ModuleDict<T>(params (string, T)[] modules)
                where T : Module
            {
                var result = new ModuleDict<T>();
                foreach (var item in modules)
                {
                    result.Add(item);
                }
                return result;
            }

            /// <inheritdoc cref="ModuleDict{T}"/>
            public static ModuleDict<Module> ModuleDict(params (string, Module)[] modules) =>
                ModuleDict<Module>(modules);
        }
    }
}
