namespace VitNotebooks.Losses;

/// <summary>A fluent way to <see cref="RelativeLocalizationOptions"/>: <c>l => l.Fixed().Weight(0.1)</c>. Every call returns a new builder.</summary>
public sealed class RelativeLocalizationBuilder
{
    private readonly RelativeLocalizationOptions _options;

    /// <summary>Starts from the authors' code.</summary>
    public RelativeLocalizationBuilder()
        : this(RelativeLocalizationOptions.Compat) { }

    private RelativeLocalizationBuilder(RelativeLocalizationOptions options) => _options = options;

    /// <summary>The options so far.</summary>
    public RelativeLocalizationOptions Options => _options;

    /// <summary>All switches as the authors' code has them; pairs, weight, pooling and scales stay.</summary>
    public RelativeLocalizationBuilder Compat() => Keep(RelativeLocalizationOptions.Compat);

    /// <summary>All switches as the paper says; pairs, weight, pooling and scales stay.</summary>
    public RelativeLocalizationBuilder Fixed() => Keep(RelativeLocalizationOptions.Fixed);

    /// <summary>All switches of a form; pairs, weight, pooling and scales stay.</summary>
    public RelativeLocalizationBuilder Form(LocalizationForm form) =>
        form == LocalizationForm.Fixed ? Fixed() : Compat();

    /// <summary>Full weight lambda.</summary>
    public RelativeLocalizationBuilder Weight(double lambda) => new(_options with { Weight = lambda });

    /// <summary>Pairs a map, m.</summary>
    public RelativeLocalizationBuilder Pairs(int pairs) => new(_options with { Pairs = pairs });

    /// <summary>What the head predicts.</summary>
    public RelativeLocalizationBuilder Target(LocalizationTarget target) => new(_options with { Target = target });

    /// <summary>How the errors become one number.</summary>
    public RelativeLocalizationBuilder Reduction(LocalizationReduction reduction) =>
        new(_options with { Reduction = reduction });

    /// <summary>Hidden layers of the head and their width.</summary>
    public RelativeLocalizationBuilder Head(int hiddenLayers, int width = 512) =>
        new(_options with { HiddenLayers = hiddenLayers, HiddenWidth = width });

    /// <summary>What is done to the map first.</summary>
    public RelativeLocalizationBuilder Pooling(MapPooling pooling) => new(_options with { Pooling = pooling });

    /// <summary>Which maps the loss works on.</summary>
    public RelativeLocalizationBuilder Scales(LocalizationScales scales) => new(_options with { Scales = scales });

    /// <summary>How the weight moves over the epochs.</summary>
    public RelativeLocalizationBuilder Schedule(LambdaSchedule schedule) => new(_options with { Schedule = schedule });

    private RelativeLocalizationBuilder Keep(RelativeLocalizationOptions form) =>
        new(
            form with
            {
                Pairs = _options.Pairs,
                Weight = _options.Weight,
                Pooling = _options.Pooling,
                Scales = _options.Scales,
            }
        );
}
