using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using VitNotebooks.Interactive;

namespace VitNotebooks.Cli;

/// <summary>
/// Collects what cells put out, from any thread, in the order in which it came. Neighbouring pieces of one stream are
/// one output. What a cell prints beyond a limit is counted and said, not kept.
/// </summary>
public sealed class CellOutputs
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, JsonObject> _byId = new(StringComparer.Ordinal);
    private readonly int _streamLimit;
    private JsonArray? _outputs;
    private StringBuilder? _stream;
    private string? _streamName;
    private long _printed;
    private long _dropped;

    /// <summary>Makes a collector.</summary>
    /// <param name="streamLimit">Characters that one cell may print before the rest is only counted.</param>
    public CellOutputs(int streamLimit = 1_000_000) => _streamLimit = streamLimit;

    /// <summary>Starts a cell: its old outputs are taken away.</summary>
    /// <param name="cell">The cell that is about to run.</param>
    public void Begin(NotebookCell cell)
    {
        lock (_lock)
        {
            CloseStream();
            _outputs = cell.Outputs;
            _outputs.Clear();
            (_printed, _dropped) = (0, 0);
        }
    }

    /// <summary>Ends the cell: what is buffered is written.</summary>
    public void End()
    {
        lock (_lock)
        {
            CloseStream();
            if (_dropped > 0)
            {
                AppendStream(
                    "stderr",
                    $"[vitnb: the cell printed {_printed:N0} characters; the last {_dropped:N0} are not kept]\n"
                );
                CloseStream();
            }

            _outputs = null;
        }
    }

    /// <summary>Writes a piece of standard output or error.</summary>
    /// <param name="name">stdout or stderr.</param>
    /// <param name="text">What was printed.</param>
    public void Stream(string name, string text)
    {
        if (text.Length == 0)
        {
            return;
        }

        lock (_lock)
        {
            if (_outputs is null)
            {
                return; // a thread that outlives its cell
            }

            _printed += text.Length;
            var room = (int)Math.Max(0, _streamLimit - (_printed - text.Length));
            if (text.Length > room)
            {
                _dropped += text.Length - room;
                text = text[..room];
            }

            if (text.Length > 0)
            {
                AppendStream(name, text);
            }
        }
    }

    /// <summary>Adds a display.</summary>
    /// <param name="id">Its name, for <see cref="Update"/>.</param>
    /// <param name="content">What to show.</param>
    public void Show(string id, MimeBundle content)
    {
        var output = new JsonObject
        {
            ["output_type"] = "display_data",
            ["data"] = Data(content),
            ["metadata"] = new JsonObject(),
        };
        lock (_lock)
        {
            if (_outputs is null)
            {
                return;
            }

            CloseStream();
            _outputs.Add(output);
            _byId[id] = output;
        }
    }

    /// <summary>Replaces the content of a display, of this cell or an earlier one.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="content">What to show instead.</param>
    public void Update(string id, MimeBundle content)
    {
        var data = Data(content);
        lock (_lock)
        {
            if (_byId.TryGetValue(id, out var output))
            {
                output["data"] = data;
            }
        }
    }

    /// <summary>Adds the value of the cell's last expression.</summary>
    /// <param name="count">The cell's execution count.</param>
    /// <param name="content">What to show.</param>
    public void Result(int count, MimeBundle content) =>
        Add(
            new JsonObject
            {
                ["output_type"] = "execute_result",
                ["data"] = Data(content),
                ["metadata"] = new JsonObject(),
                ["execution_count"] = count,
            }
        );

    /// <summary>Adds an error.</summary>
    /// <param name="error">What happened.</param>
    public void Error(CellError error) =>
        Add(
            new JsonObject
            {
                ["output_type"] = "error",
                ["ename"] = error.Name,
                ["evalue"] = error.Message,
                ["traceback"] = new JsonArray([.. error.Lines.Select(l => (JsonNode)JsonValue.Create(l))]),
            }
        );

    /// <summary>Runs an action while no output changes: for saving.</summary>
    /// <param name="action">What to do.</param>
    public void Locked(Action action)
    {
        lock (_lock)
        {
            FlushStream();
            action();
        }
    }

    private void Add(JsonObject output)
    {
        lock (_lock)
        {
            CloseStream();
            _outputs?.Add(output);
        }
    }

    private void AppendStream(string name, string text)
    {
        if (_stream is null || !string.Equals(_streamName, name, StringComparison.Ordinal))
        {
            CloseStream();
            _streamName = name;
            _stream = new StringBuilder();
            _outputs!.Add(
                new JsonObject
                {
                    ["output_type"] = "stream",
                    ["name"] = name,
                    ["text"] = new JsonArray(),
                }
            );
        }

        _stream.Append(text);
    }

    private void FlushStream()
    {
        if (_stream is not null)
        {
            _outputs![^1]!["text"] = NotebookCell.Split(_stream.ToString());
        }
    }

    private void CloseStream()
    {
        FlushStream();
        _stream = null;
    }

    private static JsonObject Data(MimeBundle bundle)
    {
        var data = new JsonObject();
        foreach (var (type, text) in bundle.Content)
        {
            data[type] =
                type.EndsWith("+json", StringComparison.Ordinal)
                || string.Equals(type, "application/json", StringComparison.Ordinal)
                    ? Json(text)
                : type.StartsWith("image/", StringComparison.Ordinal)
                && !type.EndsWith("+xml", StringComparison.Ordinal)
                    ? JsonValue.Create(text)
                : NotebookCell.Split(text);
        }

        return data;
    }

    private static JsonNode? Json(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text); // a string is JSON too
        }
    }
}
