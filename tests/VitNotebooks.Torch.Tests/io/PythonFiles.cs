using System.Text.Json;
using VitNotebooks.Oracles;

namespace VitNotebooks.Torch.Tests.io_;

/// <summary>The files that tests/oracles/files.py writes, made once a test run, and what Python says is in them.</summary>
public sealed class PythonFiles : IDisposable
{
    private readonly Lazy<Dictionary<string, string>> _known;

    public PythonFiles() =>
        _known = new(() =>
            JsonSerializer.Deserialize<Dictionary<string, string>>(
                PythonOracle.Run("files.py", TimeSpan.FromSeconds(120), "write", Folder)
            )!
        );

    public string Folder { get; } = Directory.CreateTempSubdirectory("vitnb-files-").FullName;

    /// <summary>Python's description of each file.</summary>
    public IReadOnlyDictionary<string, string> Known => _known.Value;

    public string this[string name]
    {
        get
        {
            _ = _known.Value;
            return Path.Combine(Folder, name);
        }
    }

    /// <summary>What Python finds in the files of a folder.</summary>
    public static Dictionary<string, string> Read(string folder) =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(
            PythonOracle.Run("files.py", TimeSpan.FromSeconds(120), "read", folder)
        )!;

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
