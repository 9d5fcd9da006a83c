using System.Text.Json;
using System.Text.RegularExpressions;
using Shouldly;
using VitNotebooks.Acceleration;
using Xunit;

namespace VitNotebooks.Cli.Tests;

/// <summary>docs/doctor.md and what <c>vitnb doctor --json</c> prints name the same members with the same types.</summary>
public sealed class DoctorSchemaTests
{
    [Fact]
    public void Json_EveryMember_IsDocumentedWithItsType()
    {
        var documented = Documented();
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        // This machine as it is, with a variable and a device that every machine can be imagined to have.
        var machine = new DoctorMachine
        {
            Variable = name => name is "OMP_WAIT_POLICY" ? "passive" : Environment.GetEnvironmentVariable(name),
            Torch = () => TorchDiagnosis.Take() with { CudaDevices = [new(0, "a device", 1, "9.0")] },
            Loads = _ => false,
        };
        using var json = JsonDocument.Parse(DoctorReport.Of(machine).ToJson());
        Walk(json.RootElement, "", seen);

        seen.Keys.Except(documented.Keys).ShouldBeEmpty();
        documented.Keys.Except(seen.Keys.Select(k => k)).ShouldBeEmpty();
        foreach (var (member, type) in seen)
        {
            if (type != "null")
            {
                type.ShouldBe(documented[member], member);
            }
        }

        json.RootElement.GetProperty("schema").GetString().ShouldBe("vitnb-doctor/1");
    }

    private static void Walk(JsonElement value, string path, Dictionary<string, string> seen)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    var name = path == "facts.threads.variables" ? "*" : member.Name;
                    Walk(member.Value, path.Length == 0 ? name : $"{path}.{name}", seen);
                }
                break;
            case JsonValueKind.Array:
                foreach (var element in value.EnumerateArray())
                {
                    Walk(element, path + "[]", seen);
                }

                break;
            case JsonValueKind.Null:
                seen.TryAdd(path, "null");
                break;
            default:
                seen[path] = value.ValueKind switch
                {
                    JsonValueKind.True or JsonValueKind.False => "boolean",
                    var kind => kind.ToString().ToLowerInvariant(),
                };
                break;
        }
    }

    private static Dictionary<string, string> Documented()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "docs", "doctor.md")))
        {
            folder = folder.Parent.ShouldNotBeNull("no docs/doctor.md above the tests");
        }

        return File.ReadLines(Path.Combine(folder.FullName, "docs", "doctor.md"))
            .Select(line => Regex.Match(line, @"^\| `([^`]+)` \| (\w+) \|"))
            .Where(match => match.Success)
            .ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value, StringComparer.Ordinal);
    }
}
