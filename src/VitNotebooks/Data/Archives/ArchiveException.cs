namespace VitNotebooks.Data.Archives;

/// <summary>An archive cannot be unpacked; nothing of it is left in the target folder.</summary>
public abstract class ArchiveException(string message, string archive, Exception? innerException = null)
    : DataException(message, innerException)
{
    /// <summary>The archive.</summary>
    public string Archive { get; } = archive;
}

/// <summary>The archive breaks off, contradicts itself or is none.</summary>
public sealed class BrokenArchiveException(string message, string archive, Exception? innerException = null)
    : ArchiveException(message, archive, innerException);

/// <summary>An entry wants to lie outside the target folder, to be a device, or to be there twice.</summary>
public sealed class UnsafeArchiveException(string message, string archive) : ArchiveException(message, archive);

/// <summary>The archive holds more than <see cref="ArchiveLimits"/> allow.</summary>
public sealed class ArchiveTooLargeException(string message, string archive) : ArchiveException(message, archive);
