using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace VitNotebooks.Models;

/// <summary>Names of models that tell apart what is apart.</summary>
internal static partial class ModelNames
{
    // What a model of a registered name may have otherwise: its head's size, its data, and what only regularizes the training.
    private static readonly HashSet<string> Free = new(StringComparer.Ordinal)
    {
        nameof(ModelConfig.Name),
        nameof(ModelConfig.ImageSize), // where the parameters depend on it, the family's name of the shape has it
        nameof(ModelConfig.Channels),
        nameof(ModelConfig.Classes),
        nameof(ModelConfig.Losses),
        nameof(VitConfig.DropPath),
        nameof(VitConfig.DropPathRule),
        nameof(DrlocVitConfig.Dropout),
        nameof(CompactConfig.AttentionDropout),
        nameof(T2tConfig.TokenDropout),
    };

    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> Members = new();

    /// <summary>The shape's name and, behind it, every member that the registered model of that name has otherwise; parts of the user's own always.</summary>
    public static string Of(ModelConfig config, string shape)
    {
        ModelFamilies.Variants.TryGetValue(shape, out var known);
        if (known?.GetType() != config.GetType())
        {
            known = null;
        }

        var name = new StringBuilder(shape);
        foreach (var member in Members.GetOrAdd(config.GetType(), MembersOf))
        {
            var value = member.GetValue(config);
            if (value is ModelPart || (known is not null && !Equals(value, member.GetValue(known))))
            {
                name.Append('.').Append(Snake(member.Name)).Append('_').Append(Text(value));
            }
        }
        return name.ToString();
    }

    private static PropertyInfo[] MembersOf(Type type) =>
        [
            .. type.GetProperties()
                .Where(member => member.CanWrite && !Free.Contains(member.Name))
                .OrderBy(member => member.Name, StringComparer.Ordinal),
        ];

    private static string Text(object? value) =>
        value switch
        {
            null => "none",
            bool or Enum => value.ToString()!.ToLowerInvariant(),
            ModelPart or PerStage => value.ToString()!,
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value.ToString()!)))[..8],
        };

    private static string Snake(string name) => Humps().Replace(name, "_$0").ToLowerInvariant();

    [GeneratedRegex("(?<!^)[A-Z]")]
    private static partial Regex Humps();
}
