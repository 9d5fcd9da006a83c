using System.Globalization;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules;

/// <summary>What the sequences of every number of inputs share: the modules in their order.</summary>
internal sealed class SequenceSteps
{
    private readonly Module _owner;
    private readonly List<Module> _modules = [];

    public SequenceSteps(Module owner, IEnumerable<(string Name, Module Module)> modules)
    {
        _owner = owner;
        foreach (var (name, module) in modules)
        {
            Add(name, module);
        }
    }

    public SequenceSteps(Module owner, IEnumerable<Module> modules)
        : this(owner, modules.Select((module, i) => (i.ToString(CultureInfo.InvariantCulture), module))) { }

    public int Count => _modules.Count;

    public Module this[int index] => _modules[index];

    public void Add(Module module) => Add(_modules.Count.ToString(CultureInfo.InvariantCulture), module);

    public void Add(string name, Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        _owner.add_module(name, module);
        _modules.Add(module);
    }

    public NotSupportedException NoSlice() =>
        new($"{_owner.GetType().Name}: override Slice to say how a part of this sequence is built.");
}
