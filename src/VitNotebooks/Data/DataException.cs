namespace VitNotebooks.Data;

/// <summary>What can be wrong with data: every message is a sentence with what was found, what was expected and what to do.</summary>
public class DataException : Exception
{
    /// <summary>With the sentence.</summary>
    public DataException(string message)
        : base(message) { }

    /// <summary>With the sentence and what led to it.</summary>
    public DataException(string message, Exception? innerException)
        : base(message, innerException) { }
}

/// <summary>No dataset at the path, or no dataset of that name.</summary>
public sealed class DatasetNotFoundException(string message) : DataException(message);

/// <summary>A dataset's file has not the form its format demands: truncated, oversized, a label out of range, a class without images.</summary>
public sealed class DatasetFormatException(string message, string file) : DataException(message)
{
    /// <summary>The file or folder that is wrong.</summary>
    public string File { get; } = file;
}

/// <summary>An image file that cannot be used.</summary>
public abstract class ImageFileException(string message, string source) : DataException(message)
{
    /// <summary>The file, or what the caller named the bytes.</summary>
    public string File { get; } = source;
}

/// <summary>The bytes are not a JPEG, PNG or WebP file at all.</summary>
public sealed class NotAnImageException(string message, string source) : ImageFileException(message, source);

/// <summary>The bytes begin as an image of a known format and then break off or contradict themselves.</summary>
public sealed class BrokenImageException(string message, string source) : ImageFileException(message, source);

/// <summary>A sound image of a kind that has no one way to become red, green and blue of 8 bits.</summary>
public sealed class UnsupportedImageException(string message, string source) : ImageFileException(message, source);

/// <summary>The image or its file is above the limits that the caller set.</summary>
public sealed class ImageTooLargeException(string message, string source) : ImageFileException(message, source);

/// <summary>A disk has not the room for what was to be written.</summary>
public sealed class DiskFullException(string message, string folder, Exception? innerException = null)
    : DataException(message, innerException)
{
    /// <summary>The folder on that disk.</summary>
    public string Folder { get; } = folder;
}

/// <summary>A native library that a format needs is not on this machine.</summary>
public sealed class MissingLibraryException(string message, Exception? innerException = null)
    : DataException(message, innerException);
