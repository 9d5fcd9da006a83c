using System.Globalization;
using System.Text;

namespace TorchSharpApi;

/// <summary>How much of the list is there, a row a group.</summary>
public sealed class Coverage(ApiList list, Comparison comparison)
{
    /// <summary>A group's numbers and the members that are missing, each with its type.</summary>
    public sealed record Row(string Group, int Listed, IReadOnlyList<(ApiType Type, string Member)> Missing)
    {
        /// <summary>Members that are there.</summary>
        public int Present => Listed - Missing.Count;

        /// <summary>0 to 100.</summary>
        public double Percent => Listed == 0 ? 100 : 100.0 * Present / Listed;
    }

    /// <summary>All rows in the table's order.</summary>
    public IReadOnlyList<Row> Rows()
    {
        var groups = list.Types.ToLookup(t => Groups.Of(t, list), StringComparer.Ordinal);
        return
        [
            .. Groups.All.Select(g => new Row(
                g,
                groups[g].Sum(t => t.Members.Count),
                [.. groups[g].SelectMany(t => comparison.Missing(t).Select(m => (t, m)))]
            )),
        ];
    }

    /// <summary>The table as Markdown.</summary>
    public string Table()
    {
        var text = new StringBuilder("| group | in the list | here | percent |\n|---|---:|---:|---:|\n");
        var rows = Rows();
        foreach (var row in rows.Append(new Row("all", rows.Sum(r => r.Listed), [.. rows.SelectMany(r => r.Missing)])))
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {row.Group} | {row.Listed} | {row.Present} | {Math.Floor(row.Percent * 10) / 10:0.0} |\n"
            );
        }

        return text.ToString();
    }
}
