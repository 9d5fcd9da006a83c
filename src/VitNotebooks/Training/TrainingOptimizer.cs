using TorchSharp;
using TorchSharp.Modules;
using VitNotebooks.Acceleration;
using static TorchSharp.torch;

namespace VitNotebooks.Training;

/// <summary>
/// AdamW (arXiv 1711.05101) over the two decay groups, each layer at its rate, with its moments reachable by the parameters' names for checkpoints,
/// and clipping by the global norm of all gradients that never waits for the device.
/// </summary>
internal sealed class TrainingOptimizer : IDisposable
{
    private const string FirstMoment = "optimizer.exp_avg.";
    private const string SecondMoment = "optimizer.exp_avg_sq.";

    private readonly AdamW _adamw;
    private readonly double[] _rates;
    private readonly List<Parameter> _parameters;
    private readonly List<(string Name, AdamW.State State)> _states = [];

    public TrainingOptimizer(DecayGroups groups, TrainingRecipe recipe)
    {
        _parameters = [.. groups.Decayed.Concat(groups.Undecayed).Select(p => p.Parameter)];
        (double Rate, double Decay, List<(string Name, Parameter Parameter)> Named)[] all =
        [
            .. ByRate(groups.Decayed, recipe.WeightDecay),
            .. ByRate(groups.Undecayed, 0),
        ];
        _rates = [.. all.Select(group => group.Rate)];
        _adamw = optim.AdamW([.. all.Select(group => Group(group.Named, group.Decay))]);
        var state = _adamw.state_dict();
        var group = 0;
        foreach (var (_, _, named) in all)
        {
            for (var i = 0; i < named.Count; i++)
            {
                _states.Add((named[i].Name, (AdamW.State)state.State[state.StateIndexRef[group][i]]));
            }
            group++;
        }

        IEnumerable<(double, double, List<(string, Parameter)>)> ByRate(
            IReadOnlyList<(string Name, Parameter Parameter)> named,
            double decay
        ) =>
            named
                .GroupBy(p => groups.Rates.GetValueOrDefault(p.Name, 1))
                .Select(group => (group.Key, decay, group.ToList()));

        AdamW.ParamGroup Group(IReadOnlyList<(string Name, Parameter Parameter)> named, double decay) =>
            new(named.Select(p => p.Parameter), recipe.LearningRate, recipe.Beta1, recipe.Beta2, recipe.Epsilon, decay);
    }

    /// <summary>Where the parameters are.</summary>
    public Device Device => _parameters[0].device;

    /// <summary>Clips all gradients to a global norm and makes one update.</summary>
    /// <param name="clipNorm">Largest norm; 0 leaves the gradients as they are.</param>
    /// <param name="learningRate">Rate of this update.</param>
    /// <returns>The norm before clipping, a scalar on the device, in the caller's scope.</returns>
    public Tensor ClipAndStep(double clipNorm, double learningRate)
    {
        var norm = Fused.ClipGradNorm(_parameters, clipNorm > 0 ? clipNorm : float.MaxValue);
        foreach (var (group, rate) in _adamw.ParamGroups.Zip(_rates))
        {
            group.LearningRate = learningRate * rate;
        }
        _adamw.step();
        return norm;
    }

    /// <summary>The moments by name.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> State()
    {
        foreach (var (name, state) in _states)
        {
            yield return (FirstMoment + name, state.exp_avg!);
            yield return (SecondMoment + name, state.exp_avg_sq!);
        }
    }

    /// <summary>Takes up the moments of a checkpoint.</summary>
    /// <param name="tensors">The checkpoint's tensors.</param>
    /// <param name="steps">Updates made so far; the bias correction depends on it.</param>
    /// <param name="path">The checkpoint, for messages.</param>
    /// <exception cref="CheckpointMismatchException">One is missing or has another shape.</exception>
    public void Restore(IReadOnlyDictionary<string, Tensor> tensors, long steps, string path)
    {
        using var noGrad = no_grad();
        foreach (var (name, target) in State())
        {
            if (!tensors.TryGetValue(name, out var source) || !source.shape.AsSpan().SequenceEqual(target.shape))
            {
                throw new CheckpointMismatchException(
                    $"{path} has no {name} of shape [{string.Join(", ", target.shape)}], so the optimizer cannot go on from it."
                );
            }
            target.copy_(source);
        }
        foreach ((_, var state) in _states)
        {
            state.step = steps;
        }
    }

    public void Dispose() => _adamw.Dispose();
}
