using System.Text.Json;
using VitNotebooks.Files;

namespace VitNotebooks.Data;

/// <summary>A range of bytes that is not here yet.</summary>
/// <param name="From">The first.</param>
/// <param name="To">The one behind the last; null for the end of the file, where nobody has said how long it is.</param>
internal sealed record MissingRange(long From, long? To);

/// <summary>What is kept beside a file that is on its way.</summary>
/// <param name="Tag">The strong tag by which its server knows it again; null where it gave none.</param>
/// <param name="Modified">The date by which it does, in HTTP's form.</param>
/// <param name="Length">Its bytes; null where the server did not say.</param>
/// <param name="Missing">What is not here.</param>
internal sealed record PartState(string? Tag, string? Modified, long? Length, IReadOnlyList<MissingRange> Missing)
{
    /// <summary>Nothing is here.</summary>
    public static PartState Nothing { get; } = new(null, null, null, [new(0, null)]);
}

/// <summary>A file on its way: under a name of its own, which only this machine and user write to, open in one process at a time. What is missing
/// of it is written down, and taken up there after a crash.</summary>
internal sealed class PartFile : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly UnixFileMode? _mode;
    private FileStream _file;

    private PartFile(string name, UnixFileMode? mode) => (_file, _mode) = (Open(name, mode), mode);

    /// <summary>What is known of it. The ranges are those that were missing when <see cref="Save"/> was last called.</summary>
    public PartState State { get; private set; } = PartState.Nothing;

    /// <summary>Whether the bytes come from more than one answer, so that a server's fault may have mixed them.</summary>
    public bool IsPatched { get; set; }

    /// <summary>What is not here.</summary>
    public IReadOnlyList<MissingRange> Missing =>
        IsSequential(State)
            ?
            [
                .. new[] { State.Missing[0] with { From = Received } }.Where(range =>
                    range.From < (range.To ?? long.MaxValue)
                ),
            ]
            : State.Missing;

    /// <summary>Bytes that are here.</summary>
    public long Received =>
        IsSequential(State) ? Math.Max(_file.Length, State.Missing[0].From)
        : State.Length is { } length ? length - State.Missing.Sum(range => range.To!.Value - range.From)
        : 0;

    private string StatePath => _file.Name + ".json";

    /// <summary>Takes up a file where it ended.</summary>
    /// <param name="path">The name that the file gets at the end.</param>
    /// <param name="isLocked">Whether nobody else can be at it; otherwise it gets a name that nobody else can have.</param>
    /// <param name="mode">Its permissions; null for the usual ones.</param>
    public static PartFile Open(string path, bool isLocked, UnixFileMode? mode)
    {
        var name = $"{path}.part-{SharedFolder.Owner}" + (isLocked ? "" : $"-{Guid.NewGuid():N}");
        var part = new PartFile(name, mode);
        part.Load();
        return part;
    }

    /// <summary>Writes bytes to their place.</summary>
    public async Task Write(long at, ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        try
        {
            await RandomAccess.WriteAsync(_file.SafeFileHandle, bytes, at, cancel);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw FreeSpace.TooLarge(e);
        }
    }

    /// <summary>Writes down what is missing, behind a flush of what is here where ranges lie apart: it must never say more than is true.</summary>
    public void Save(PartState state)
    {
        if (!IsSequential(state))
        {
            _file.Flush(flushToDisk: true);
        }

        State = state;
        DurableFile.WriteText(StatePath, JsonSerializer.Serialize(state, Json));
        SharedFolder.Apply(StatePath, _mode);
    }

    /// <summary>Forgets what is here, and goes on from nothing.</summary>
    public void Restart()
    {
        _file.SetLength(0);
        File.Delete(StatePath);
        State = PartState.Nothing;
        IsPatched = false;
    }

    /// <summary>The hashes of what is here, behind a flush to the disk.</summary>
    public async Task<FileHashes> Hash(RemoteFile file, CancellationToken cancel)
    {
        _file.Flush(flushToDisk: true);
        _file.Position = 0;
        return await FileHashes.OfAsync(_file, file, null, cancel);
    }

    /// <summary>Gives the file its name; what had it is replaced.</summary>
    public void Publish(string path)
    {
        File.Move(_file.Name, path, overwrite: true); // while it is open: nobody can take it up in between
        File.Delete(StatePath);
    }

    /// <summary>Gives it another name, for somebody to look at, and begins anew.</summary>
    public void SetAside(string path)
    {
        var name = _file.Name;
        File.Move(name, path, overwrite: true);
        _file.Dispose();
        _file = Open(name, _mode);
        Restart();
    }

    /// <summary>Removes it.</summary>
    public void Discard()
    {
        File.Delete(_file.Name);
        File.Delete(StatePath);
    }

    public void Dispose() => _file.Dispose();

    private static FileStream Open(string name, UnixFileMode? mode)
    {
        var file = new FileStream(name, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        SharedFolder.Apply(name, mode);
        return file;
    }

    // One range up to the end is filled from its beginning: the file's length says how far, whatever was written down.
    private static bool IsSequential(PartState state) =>
        state.Missing.Count == 1 && (state.Missing[0].To is null || state.Missing[0].To == state.Length);

    private void Load()
    {
        if (_file.Length == 0 || Read() is not { } state)
        {
            Restart();
            return;
        }
        State = state;
        IsPatched = true;
    }

    private PartState? Read()
    {
        try
        {
            var state = JsonSerializer.Deserialize<PartState>(File.ReadAllText(StatePath), Json);
            return state is not null && IsSound(state) ? state : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return null; // without it nobody knows what the bytes are
        }
    }

    private bool IsSound(PartState state)
    {
        if (state.Missing is null || state.Missing.Any(range => range is null))
        {
            return false;
        }

        long before = 0;
        foreach (var range in state.Missing)
        {
            if (range.From < before || (range.To ?? long.MaxValue) < range.From)
            {
                return false;
            }

            before = range.To ?? long.MaxValue;
        }
        if (IsSequential(state))
        {
            return state.Missing[0].From <= _file.Length && (state.Length ?? long.MaxValue) >= _file.Length;
        }

        return state.Length is { } length && before <= length && state.Missing.All(range => range.To is not null);
    }
}
