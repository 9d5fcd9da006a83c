using VitNotebooks.Models;

namespace VitNotebooks.Losses;

/// <summary>The auxiliary losses that this process can store with a model's configuration and read back.</summary>
public static class AuxiliaryLosses
{
    static AuxiliaryLosses() => Register<RelativeLocalizationOptions>("drloc");

    internal static NamedRecords<AuxiliaryLossOptions> Records { get; } =
        new("loss", "auxiliary loss", $"{nameof(AuxiliaryLosses)}.{nameof(Register)}");

    /// <summary>What the names of the registered losses' parameters begin with, as far as their options say it before anything is set.</summary>
    internal static IReadOnlyList<string> Names =>
        [
            .. Records
                .Types.Values.Where(type => type.GetConstructor(Type.EmptyTypes) is not null)
                .Select(type => ((AuxiliaryLossOptions)Activator.CreateInstance(type)!).Name),
        ];

    /// <summary>The registered losses: the name in stored configurations, and the record that it stands for.</summary>
    public static IReadOnlyDictionary<string, Type> All => Records.Types;

    /// <summary>Makes a loss known, so that a configuration that holds it is stored and read back.</summary>
    /// <param name="loss">Its name in stored configurations; it must stay the same for old files to be read.</param>
    /// <typeparam name="TOptions">Its options.</typeparam>
    /// <exception cref="ArgumentException">The name belongs to another record, or the record has another name.</exception>
    public static void Register<TOptions>(string loss)
        where TOptions : AuxiliaryLossOptions => Records.Add<TOptions>(loss);
}
