namespace VitNotebooks.Data;

/// <summary>A file could not be fetched; the message says why, where it lies and where to put it by hand.</summary>
public sealed class DownloadException(string message, Exception? innerException = null)
    : DataException(message, innerException);

/// <summary>A file is another than its publisher stated, or than the one that was stored first.</summary>
public sealed class WrongFileException(string message, string file) : DataException(message)
{
    /// <summary>The file, or where it would have been.</summary>
    public string File { get; } = file;
}
