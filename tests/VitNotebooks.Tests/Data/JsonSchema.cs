using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace VitNotebooks.Tests.Data;

/// <summary>As much of JSON Schema 2020-12 as data-manifests/schema.json uses; a keyword that is not known fails the test.</summary>
internal static class JsonSchema
{
    public static IReadOnlyList<string> Faults(JsonNode? value, JsonObject schema)
    {
        var faults = new List<string>();
        Check(value, schema, "$", faults);
        return faults;
    }

    private static void Check(JsonNode? value, JsonObject schema, string at, List<string> faults)
    {
        foreach (var (keyword, rule) in schema)
        {
            var fault = keyword switch
            {
                "$schema" or "title" or "description" => null,
                "type" => IsOf(value, rule!.GetValue<string>()) ? null : $"is no {rule}",
                "enum" => rule!.AsArray().Any(each => JsonNode.DeepEquals(each, value))
                    ? null
                    : $"is not in {rule.ToJsonString()}",
                "pattern" when value is JsonValue text && text.TryGetValue(out string? s) => Regex.IsMatch(
                    s,
                    rule!.GetValue<string>(),
                    RegexOptions.None,
                    TimeSpan.FromSeconds(1)
                )
                    ? null
                    : $"does not match {rule}",
                "minLength" when value is JsonValue text && text.TryGetValue(out string? s) => s.Length
                >= rule!.GetValue<int>()
                    ? null
                    : "is too short",
                "minimum" => Number(value) is not { } n || n >= rule!.GetValue<double>() ? null : $"is below {rule}",
                "maximum" => Number(value) is not { } n || n <= rule!.GetValue<double>() ? null : $"is above {rule}",
                "exclusiveMinimum" => Number(value) is not { } n || n > rule!.GetValue<double>()
                    ? null
                    : $"is not above {rule}",
                "minItems" => value is not JsonArray list || list.Count >= rule!.GetValue<int>()
                    ? null
                    : "is too short",
                "maxItems" => value is not JsonArray list || list.Count <= rule!.GetValue<int>() ? null : "is too long",
                "minProperties" => value is not JsonObject o || o.Count >= rule!.GetValue<int>()
                    ? null
                    : "has too few members",
                "required" => value is not JsonObject o
                || rule!.AsArray().Select(r => r!.GetValue<string>()).All(o.ContainsKey)
                    ? null
                    : $"lacks one of {rule.ToJsonString()}",
                "properties" or "items" or "additionalProperties" => null,
                "pattern" or "minLength" => null,
                _ => throw new InvalidOperationException($"keyword {keyword} at {at} is not known here"),
            };
            if (fault is not null)
            {
                faults.Add($"{at} {fault}");
            }
        }
        if (value is JsonArray items && schema["items"] is JsonObject item)
        {
            for (var i = 0; i < items.Count; i++)
            {
                Check(items[i], item, $"{at}[{i}]", faults);
            }
        }
        if (value is not JsonObject members)
        {
            return;
        }
        foreach (var (name, member) in members)
        {
            if (schema["properties"] is JsonObject known && known[name] is JsonObject rule)
            {
                Check(member, rule, $"{at}.{name}", faults);
            }
            else if (schema["additionalProperties"] is JsonObject any)
            {
                Check(member, any, $"{at}.{name}", faults);
            }
            else if (schema["additionalProperties"] is JsonValue allowed && !allowed.GetValue<bool>())
            {
                faults.Add($"{at}.{name} is not known");
            }
        }
    }

    private static double? Number(JsonNode? value) =>
        value?.GetValueKind() == JsonValueKind.Number ? value.Deserialize<double>() : null;

    private static bool IsOf(JsonNode? value, string type) =>
        (type, value?.GetValueKind() ?? JsonValueKind.Null) switch
        {
            ("object", JsonValueKind.Object) => true,
            ("array", JsonValueKind.Array) => true,
            ("string", JsonValueKind.String) => true,
            ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
            ("number", JsonValueKind.Number) => true,
            ("integer", JsonValueKind.Number) => value!.Deserialize<double>() is var n && Math.Floor(n) == n,
            _ => false,
        };
}
