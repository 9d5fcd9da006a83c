using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Modules one after the other, named "0", "1", ... or as given.</summary>
    public class Sequential : Module<Tensor, Tensor>
    {
        private readonly List<(string Name, IModule<Tensor, Tensor> Module)> _steps = [];

        internal Sequential(IEnumerable<(string Name, IModule<Tensor, Tensor> Module)> modules)
            : base(nameof(Sequential))
        {
            foreach (var (name, module) in modules)
            {
                append(name, module);
            }
        }

        /// <summary>For derived classes that list their steps.</summary>
        protected Sequential(params (string name, Module<Tensor, Tensor> submodule)[] modules)
            : this(modules.Select(m => (m.name, (IModule<Tensor, Tensor>)m.submodule))) { }

        protected Sequential(params Module<Tensor, Tensor>[] modules)
            : this(
                modules.Select(
                    (m, i) =>
                        (i.ToString(System.Globalization.CultureInfo.InvariantCulture), (IModule<Tensor, Tensor>)m)
                )
            ) { }

        /// <summary>How many steps there are.</summary>
        public int Count => _steps.Count;

        /// <summary>The step at a place.</summary>
        public IModule<Tensor, Tensor> this[int index] => _steps[index].Module;

        /// <summary>A new sequence over the same modules from start up to, not with, end; null is the end itself.</summary>
        public Sequential this[(int? start, int? end) index] =>
            new(_steps[(index.start ?? 0)..(index.end ?? _steps.Count)]);

        /// <summary>A new sequence over the same modules of a range.</summary>
        public Sequential this[Range index] => new(_steps[index]);

        /// <summary>Adds a step named after its place.</summary>
        public Sequential append(IModule<Tensor, Tensor> module) =>
            append(_steps.Count.ToString(System.Globalization.CultureInfo.InvariantCulture), module);

        /// <summary>Adds a step.</summary>
        public Sequential append(string name, IModule<Tensor, Tensor> module)
        {
            if (module is not Module registered)
            {
                throw new ArgumentException($"Sequential: step '{name}' is no torch.nn.Module.", nameof(module));
            }
            add_module(name, registered);
            _steps.Add((name, module));
            return this;
        }

        public override IEnumerable<(string name, Tensor buffer)> named_buffers(
            bool recurse = true,
            bool include_persistent = true
        ) => base.named_buffers(recurse, include_persistent);

        public override void train(bool on = true) => base.train(on);

        /// <remarks>An output is let go as soon as the next step has used it, so that without gradients one lives at a time.</remarks>
        public override Tensor forward(Tensor tensor)
        {
            var scope = DisposeScope.Current;
            var current = tensor;
            foreach (var (_, module) in _steps)
            {
                var next = module.call(current);
                if (!ReferenceEquals(next, current) && !ReferenceEquals(current, tensor) && current.Scope == scope)
                {
                    current.Dispose();
                }
                current = next;
            }
            return current;
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>Modules one after the other.</summary>
            public static Sequential Sequential() => new([]);

            public static Sequential Sequential(params Module<Tensor, Tensor>[] modules) =>
                Sequential((IEnumerable<Module<Tensor, Tensor>>)modules);

            public static Sequential Sequential(params (string name, Module<Tensor, Tensor> submodule)[] modules) =>
                Sequential((IEnumerable<(string name, Module<Tensor, Tensor> submodule)>)modules);

            public static Sequential Sequential(params Tuple<string, Module<Tensor, Tensor>>[] modules) =>
                Sequential((IEnumerable<Tuple<string, Module<Tensor, Tensor>>>)modules);

            public static Sequential Sequential(IEnumerable<Module<Tensor, Tensor>> modules) =>
                Sequential(
                    modules.Select((m, i) => (i.ToString(System.Globalization.CultureInfo.InvariantCulture), m))
                );

            public static Sequential Sequential(IEnumerable<(string name, Module<Tensor, Tensor> submodule)> modules) =>
                new(modules.Select(m => (m.name, (IModule<Tensor, Tensor>)m.submodule)));

            public static Sequential Sequential(IEnumerable<Tuple<string, Module<Tensor, Tensor>>> modules) =>
                new(modules.Select(m => (m.Item1, (IModule<Tensor, Tensor>)m.Item2)));
        }
    }
}
