using VitNotebooks.Files;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

/// <summary>What the optimizers share: groups, per-parameter state, and saving both.</summary>
public abstract class OptimizerHelper : Optimizer
{
    private readonly Dictionary<Parameter, OptimizerState> _state = new(ReferenceEqualityComparer.Instance);

    protected OptimizerHelper() { }

    public override IEnumerable<Parameter> parameters() => _parameter_groups.SelectMany(g => g.Parameters);

    public override void zero_grad()
    {
        using var _ = new GradMode(false);
        foreach (var parameter in parameters())
        {
            using var grad = parameter.grad;
            if (grad is not null)
            {
                Dispatch.Aten.zero_(grad);
            }
        }
    }

    public override void add_param_group(ParamGroup param_group)
    {
        ArgumentNullException.ThrowIfNull(param_group);
        var list = param_group.Parameters as IReadOnlyList<Parameter> ?? [.. param_group.Parameters];
        var seen = new HashSet<Parameter>(ReferenceEqualityComparer.Instance);
        foreach (var parameter in list)
        {
            if (parameter is null || !parameter.is_leaf)
            {
                throw new ArgumentException($"{GetType().Name}: only leaves of the graph can be optimized.");
            }
            if (_state.ContainsKey(parameter) || !seen.Add(parameter))
            {
                throw new ArgumentException(
                    $"{GetType().Name}: a parameter of shape [{string.Join(", ", parameter.shape)}] is given twice; each belongs to one group once."
                );
            }
        }
        param_group.Parameters = list;
        param_group.Options.InitialLearningRate = param_group.LearningRate;
        _parameter_groups.Add(param_group);
        foreach (var parameter in list)
        {
            var state = NewState(parameter);
            state.Initialize(param_group.Options);
            _state.Add(parameter, state);
        }
    }

    private protected abstract OptimizerState NewState(Parameter parameter);

    private protected OptimizerState StateOf(Parameter parameter) => _state[parameter];

    /// <summary>Runs the closure, if any, with gradients, and then the body for every group without, in a scope of its own.</summary>
    private protected Tensor? Step<TGroup>(Func<Tensor>? closure, Action<TGroup> body)
        where TGroup : ParamGroup
    {
        Tensor? loss = null;
        if (closure is not null)
        {
            using var grad = new GradMode(true);
            loss = closure();
        }
        using (new GradMode(false))
        using (NewDisposeScope())
        {
            foreach (var group in _parameter_groups)
            {
                body((TGroup)group);
            }
        }
        return loss;
    }

    /// <summary>Calls the body for every parameter that has a gradient, each in a scope of its own, with what is remembered of it.
    /// The gradient comes with its sign turned for maximizing and with the weight decay added.</summary>
    private protected void EachGradient(
        IEnumerable<Parameter> parameters,
        bool maximize,
        double decay,
        Action<Parameter, Tensor, OptimizerState> body
    )
    {
        foreach (var parameter in parameters)
        {
            using var scope = NewDisposeScope();
            if (parameter.grad is not { } grad)
            {
                continue;
            }
            if (maximize)
            {
                grad = Dispatch.Aten.neg(grad);
            }
            if (decay != 0)
            {
                grad = Dispatch.Aten.add_Tensor(grad, parameter, alpha: decay);
            }
            body(parameter, grad, StateOf(parameter));
        }
    }

    /// <summary>The options of all groups and the state of all parameters: the optimizer's own, not copies.</summary>
    public virtual StateDictionary state_dict()
    {
        var result = new StateDictionary();
        foreach (var group in _parameter_groups)
        {
            result.Options.Add(group.Options);
            var places = new List<int>();
            foreach (var parameter in group.Parameters)
            {
                places.Add(result.State.Count);
                result.State.Add(_state[parameter]);
            }
            result.StateIndexRef.Add(places);
        }
        return result;
    }

    /// <summary>Copies options and state from another optimizer of the same kind and the same parameters.</summary>
    public virtual void load_state_dict(StateDictionary state_dict)
    {
        ArgumentNullException.ThrowIfNull(state_dict);
        var own = this.state_dict();
        CheckCounts(own, state_dict.Options.Count, state_dict.State.Count);
        for (var i = 0; i < own.Options.Count; i++)
        {
            if (!ReferenceEquals(own.Options[i], state_dict.Options[i]))
            {
                own.Options[i].LoadStateDict(state_dict.Options[i]);
            }
        }
        for (var i = 0; i < own.State.Count; i++)
        {
            if (!ReferenceEquals(own.State[i], state_dict.State[i]))
            {
                own.State[i].LoadStateDict(state_dict.State[i]);
            }
        }
    }

    private void CheckCounts(StateDictionary own, long groups, long states)
    {
        if (groups != own.Options.Count || states != own.State.Count)
        {
            throw new ArgumentException(
                $"{GetType().Name}: the state has {groups} groups of {states} parameters in all, this optimizer {own.Options.Count} of {own.State.Count}; it belongs to another model or grouping."
            );
        }
    }

    public void save_state_dict(string location) =>
        DurableFile.Write(
            location,
            stream =>
            {
                using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
                save_state_dict(writer);
            }
        );

    /// <summary>Writes the optimizer's name, the number of groups and parameters, the options and the states, as TorchSharp does.</summary>
    public void save_state_dict(BinaryWriter writer)
    {
        var state = state_dict();
        writer.Write(GetType().Name);
        writer.Write7BitEncodedInt64(state.Options.Count);
        writer.Write7BitEncodedInt64(state.State.Count);
        foreach (var options in state.Options)
        {
            options.SaveStateDict(writer);
        }
        foreach (var one in state.State)
        {
            one.SaveStateDict(writer);
        }
        writer.Flush();
    }

    public void load_state_dict(string location)
    {
        using var stream = File.OpenRead(location);
        using var reader = new BinaryReader(stream);
        load_state_dict(reader);
    }

    public void load_state_dict(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        using var scope = NewDisposeScope();
        var name = reader.ReadString();
        if (name != GetType().Name)
        {
            throw new InvalidDataException($"The optimizer state is {name}'s, this optimizer is {GetType().Name}.");
        }
        var state = state_dict();
        CheckCounts(state, reader.Read7BitEncodedInt64(), reader.Read7BitEncodedInt64());
        foreach (var options in state.Options)
        {
            options.LoadStateDict(reader);
        }
        foreach (var one in state.State)
        {
            one.LoadStateDict(reader);
        }
    }

    /// <summary>Moves the states, not the parameters.</summary>
    public void to(Device device)
    {
        foreach (var state in _state.Values)
        {
            state.to(device);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var state in _state.Values)
            {
                state.Dispose();
            }
        }
        base.Dispose(disposing);
    }
}
