using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

/// <summary>Parameters with options of their own.</summary>
public class ParamGroup : ILearningRateController
{
    private OptimizerOptions? _options;

    public ParamGroup() { }

    public IEnumerable<Parameter> Parameters { get; set; } = [];

    public OptimizerOptions Options
    {
        get => _options ??= NewOptions();
        set => _options = value;
    }

    private protected virtual OptimizerOptions NewOptions() => new();

    /// <summary>Whether a schedule has taken the rate it found as the initial one; later schedules keep that.</summary>
    internal bool Scheduled { get; set; }

    public double LearningRate
    {
        get => Options.LearningRate ?? 0;
        set => Options.LearningRate = value;
    }

    public double InitialLearningRate
    {
        get => Options.InitialLearningRate;
        set => Options.InitialLearningRate = value;
    }
}

/// <inheritdoc/>
public class ParamGroup<TOptions> : ParamGroup
    where TOptions : OptimizerOptions
{
    public ParamGroup() { }

    public ParamGroup(IEnumerable<Parameter> parameters, TOptions? options = null)
    {
        Parameters = [.. parameters];
        if (options is not null)
        {
            Options = options;
        }
    }

    public new TOptions Options
    {
        get => (TOptions)base.Options;
        set => base.Options = value;
    }

    private protected override OptimizerOptions NewOptions() => Activator.CreateInstance<TOptions>();
}

/// <summary>The numbers that a group is trained with; null means the optimizer's own.</summary>
public class OptimizerOptions
{
    public double? LearningRate { get; set; }

    public double InitialLearningRate { get; set; }

    public virtual void SaveStateDict(BinaryWriter writer)
    {
        writer.Write(InitialLearningRate);
        writer.Write(LearningRate ?? 0);
    }

    public virtual void LoadStateDict(BinaryReader reader)
    {
        InitialLearningRate = reader.ReadDouble();
        LearningRate = reader.ReadDouble();
    }

    public virtual void LoadStateDict(OptimizerOptions source)
    {
        InitialLearningRate = source.InitialLearningRate;
        LearningRate = source.LearningRate;
    }

    /// <summary>The source's options as this kind, or a sentence that says that they are another optimizer's.</summary>
    private protected static T As<T>(object source)
        where T : class =>
        source as T
        ?? throw new ArgumentException(
            $"The optimizer state is a {source.GetType().FullName}, expected {typeof(T).FullName}; it belongs to another optimizer.",
            nameof(source)
        );
}
