using System.Collections;
using System.Diagnostics.CodeAnalysis;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Parameters by name, in the order in which they were added.</summary>
    public class ParameterDict : Module, IDictionary<string, Parameter>, IList<(string, Parameter)>
    {
        private readonly OrderedDictionary<string, Parameter> _items = new(StringComparer.Ordinal);

        public ParameterDict()
            : base(nameof(ParameterDict)) { }

        public Parameter this[string key]
        {
            get => _items[key];
            set => Change(items => items[key] = value);
        }

        public (string, Parameter) this[int index]
        {
            get => (_items.GetAt(index).Key, _items.GetAt(index).Value);
            set => Change(items => items.SetAt(index, value.Item1, value.Item2));
        }

        public int Count => _items.Count;

        public bool IsReadOnly => false;

        public ICollection<string> Keys => _items.Keys;

        public ICollection<Parameter> Values => _items.Values;

        public IEnumerable<string> keys() => _items.Keys;

        public IEnumerable<Parameter> values() => _items.Values;

        public IEnumerator<(string, Parameter)> items() => GetEnumerator();

        public void Add(string key, Parameter value) => Change(items => items.Add(key, value));

        public void Add((string, Parameter) item) => Add(item.Item1, item.Item2);

        public void Add(KeyValuePair<string, Parameter> item) => Add(item.Key, item.Value);

        public void Clear() => Change(items => items.Clear());

        public void clear() => Clear();

        public bool Contains((string, Parameter) item) =>
            _items.TryGetValue(item.Item1, out var value) && ReferenceEquals(value, item.Item2);

        public bool Contains(KeyValuePair<string, Parameter> item) => Contains((item.Key, item.Value));

        public bool ContainsKey(string key) => _items.ContainsKey(key);

        public void CopyTo((string, Parameter)[] array, int arrayIndex) =>
            _items.Select(i => (i.Key, i.Value)).ToArray().CopyTo(array, arrayIndex);

        public void CopyTo(KeyValuePair<string, Parameter>[] array, int arrayIndex) =>
            _items.ToArray().CopyTo(array, arrayIndex);

        public int IndexOf((string, Parameter) item) => Contains(item) ? _items.IndexOf(item.Item1) : -1;

        public void Insert(int index, (string, Parameter) item) =>
            Change(items => items.Insert(index, item.Item1, item.Item2));

        public bool Remove(string key)
        {
            var found = _items.ContainsKey(key);
            Change(items => items.Remove(key));
            return found;
        }

        public bool Remove((string, Parameter) item) => Contains(item) && Remove(item.Item1);

        public bool Remove(KeyValuePair<string, Parameter> item) => Remove((item.Key, item.Value));

        public void RemoveAt(int index) => Change(items => items.RemoveAt(index));

        public bool TryGetValue(string key, [MaybeNullWhen(false)] out Parameter value) =>
            _items.TryGetValue(key, out value);

        public IEnumerator<(string, Parameter)> GetEnumerator() => _items.Select(i => (i.Key, i.Value)).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        IEnumerator<KeyValuePair<string, Parameter>> IEnumerable<KeyValuePair<string, Parameter>>.GetEnumerator() =>
            _items.GetEnumerator();

        private void Change(Action<OrderedDictionary<string, Parameter>> change)
        {
            change(_items);
            ReplaceParameters(_items.Select(i => (i.Key, i.Value)));
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>Parameters by name.</summary>
            public static ParameterDict ParameterDict(params (string, Parameter)[] parameters)
            {
                var result = new ParameterDict();
                foreach (var item in parameters)
                {
                    result.Add(item);
                }
                return result;
            }
        }
    }
}
