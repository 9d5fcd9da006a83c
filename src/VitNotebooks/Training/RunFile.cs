using VitNotebooks.Files;

namespace VitNotebooks.Training;

/// <summary>The files of runs and experiments: <see cref="DurableFile"/> with this package's sentence around a failed write.</summary>
internal static class RunFile
{
    /// <summary>Writes a text file.</summary>
    /// <param name="path">The final path.</param>
    /// <param name="text">Its content.</param>
    /// <param name="survivor">What is still there if this fails, as a sentence.</param>
    /// <exception cref="RunWriteException">The disk is full, or the folder cannot be written; the old file is untouched.</exception>
    public static void WriteText(string path, string text, string survivor = "The previous file is untouched.") =>
        Guarded(path, survivor, () => DurableFile.WriteText(path, text));

    /// <summary>Runs a write and names the file and what survives if it fails.</summary>
    /// <param name="path">The final path.</param>
    /// <param name="survivor">What is still there if this fails, as a sentence.</param>
    /// <param name="write">The write.</param>
    /// <exception cref="RunWriteException">It failed for want of space or rights.</exception>
    public static void Guarded(string path, string survivor, Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (DurableFile.IsWriteFailure(e))
        {
            throw new RunWriteException($"Could not write {path}: {e.Message.TrimEnd('.')}. {survivor}", e);
        }
    }
}
