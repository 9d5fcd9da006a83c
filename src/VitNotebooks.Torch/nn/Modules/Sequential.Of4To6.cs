using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules;

/// <summary>
/// Modules under the names "0", "1", ... or as given, whose <c>forward</c> a derived class writes: the modules need not fit
/// each other.
/// </summary>
public abstract class Sequential<T1, T2, T3, T4, TResult> : Module<T1, T2, T3, T4, TResult>
{
    private readonly SequenceSteps _steps;

    protected Sequential(params (string name, Module submodule)[] modules)
        : base(nameof(Sequential)) => _steps = new(this, modules);

    protected Sequential(params Module[] modules)
        : base(nameof(Sequential)) => _steps = new(this, modules);

    /// <summary>How many modules there are.</summary>
    public int Count => _steps.Count;

    /// <summary>The module at a place.</summary>
    public Module this[int index] => _steps[index];

    /// <summary>The modules from start up to, not with, end, as <see cref="Slice"/> makes them a sequence; null is the end itself.</summary>
    public Sequential<T1, T2, T3, T4, TResult> this[(int? start, int? end) index] =>
        Slice(index.start ?? 0, index.end ?? Count);

    /// <summary>The modules of a range, as <see cref="Slice"/> makes them a sequence.</summary>
    public Sequential<T1, T2, T3, T4, TResult> this[Range index] =>
        Slice(index.Start.GetOffset(Count), index.End.GetOffset(Count));

    /// <summary>Makes a sequence of a part of the modules; only the derived class knows how it is built.</summary>
    /// <exception cref="NotSupportedException">The derived class does not say.</exception>
    protected virtual Sequential<T1, T2, T3, T4, TResult> Slice(int start, int end) => throw _steps.NoSlice();

    protected void Add(string name, Module sm) => _steps.Add(name, sm);

    protected void Add(Module module) => _steps.Add(module);

    public Sequential<T1, T2, T3, T4, TResult> append(string name, Module module)
    {
        Add(name, module);
        return this;
    }

    public Sequential<T1, T2, T3, T4, TResult> append(Module module)
    {
        Add(module);
        return this;
    }

    public override IEnumerable<(string name, Tensor buffer)> named_buffers(
        bool recurse = true,
        bool include_persistent = true
    ) => base.named_buffers(recurse, include_persistent);

    public override void train(bool on = true) => base.train(on);
}

/// <summary>
/// Modules under the names "0", "1", ... or as given, whose <c>forward</c> a derived class writes: the modules need not fit
/// each other.
/// </summary>
public abstract class Sequential<T1, T2, T3, T4, T5, TResult> : Module<T1, T2, T3, T4, T5, TResult>
{
    private readonly SequenceSteps _steps;

    protected Sequential(params (string name, Module submodule)[] modules)
        : base(nameof(Sequential)) => _steps = new(this, modules);

    protected Sequential(params Module[] modules)
        : base(nameof(Sequential)) => _steps = new(this, modules);

    /// <summary>How many modules there are.</summary>
    public int Count => _steps.Count;

    /// <summary>The module at a place.</summary>
    public Module this[int index] => _steps[index];

    /// <summary>The modules from start up to, not with, end, as <see cref="Slice"/> makes them a sequence; null is the end itself.</summary>
    public Sequential<T1, T2, T3, T4, T5, TResult> this[(int? start, int? end) index] =>
        Slice(index.start ?? 0, index.end ?? Count);

    /// <summary>The modules of a range, as <see cref="Slice"/> makes them a sequence.</summary>
    public Sequential<T1, T2, T3, T4, T5, TResult> this[Range index] =>
        Slice(index.Start.GetOffset(Count), index.End.GetOffset(Count));

    /// <summary>Makes a sequence of a part of the modules; only the derived class knows how it is built.</summary>
    /// <exception cref="NotSupportedException">The derived class does not say.</exception>
    protected virtual Sequential<T1, T2, T3, T4, T5, TResult> Slice(int start, int end) => throw _steps.NoSlice();

    protected void Add(string name, Module sm) => _steps.Add(name, sm);

    protected void Add(Module module) => _steps.Add(module);

    public Sequential<T1, T2, T3, T4, T5, TResult> append(string name, Module module)
    {
        Add(name, module);
        return this;
    }

    public Sequential<T1, T2, T3, T4, T5, TResult> append(Module module)
    {
        Add(module);
        return this;
    }

    public override IEnumerable<(string name, Tensor buffer)> named_buffers(
        bool recurse = true,
        bool include_persistent = true
    ) => base.named_buffers(recurse, include_persistent);

    public override void train(bool on = true) => base.train(on);
}

/// <summary>
/// Modules under the names "0", "1", ... or as given, whose <c>forward</c> a derived class writes: the modules need not fit
/// each other.
/// </summary>
public abstract class Sequential<T1, T2, T3, T4, T5, T6, TResult> : Module<T1, T2, T3, T4, T5, T6, TResult>
{
    private readonly SequenceSteps _steps;

    protected Sequential(params (string name, Module submodule)[] modules)
        : base(nameof(Sequential)) => _steps = new(this, modules);

    protected Sequential(params Module[] modules)
        : base(nameof(Sequential)) => _steps = new(this, modules);

    /// <summary>How many modules there are.</summary>
    public int Count => _steps.Count;

    /// <summary>The module at a place.</summary>
    public Module this[int index] => _steps[index];

    /// <summary>The modules from start up to, not with, end, as <see cref="Slice"/> makes them a sequence; null is the end itself.</summary>
    public Sequential<T1, T2, T3, T4, T5, T6, TResult> this[(int? start, int? end) index] =>
        Slice(index.start ?? 0, index.end ?? Count);

    /// <summary>The modules of a range, as <see cref="Slice"/> makes them a sequence.</summary>
    public Sequential<T1, T2, T3, T4, T5, T6, TResult> this[Range index] =>
        Slice(index.Start.GetOffset(Count), index.End.GetOffset(Count));

    /// <summary>Makes a sequence of a part of the modules; only the derived class knows how it is built.</summary>
    /// <exception cref="NotSupportedException">The derived class does not say.</exception>
    protected virtual Sequential<T1, T2, T3, T4, T5, T6, TResult> Slice(int start, int end) => throw _steps.NoSlice();

    protected void Add(string name, Module sm) => _steps.Add(name, sm);

    protected void Add(Module module) => _steps.Add(module);

    public Sequential<T1, T2, T3, T4, T5, T6, TResult> append(string name, Module module)
    {
        Add(name, module);
        return this;
    }

    public Sequential<T1, T2, T3, T4, T5, T6, TResult> append(Module module)
    {
        Add(module);
        return this;
    }

    public override IEnumerable<(string name, Tensor buffer)> named_buffers(
        bool recurse = true,
        bool include_persistent = true
    ) => base.named_buffers(recurse, include_persistent);

    public override void train(bool on = true) => base.train(on);
}
