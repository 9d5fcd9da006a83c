namespace VitNotebooks.Acceleration;

/// <summary>A sentence for the person at the keyboard: where TorchSharp lacks something and the plain thing is done, one line on
/// standard error says so, the first time in a process.</summary>
internal sealed class Notice(string sentence)
{
    /// <summary>The end of such a sentence, what to do about it: "to have it, " or "do without, or " goes before.</summary>
    public const string Remedy =
        "use the package VitNotebooks, whose own torch layer can, in place of VitNotebooks.OnTorchSharp "
        + "(from the sources: build without -p:TorchProvider=TorchSharp)";

    private int _said;

    /// <summary>Says it, unless it was said before.</summary>
    public void Say()
    {
        if (Interlocked.Exchange(ref _said, 1) == 0)
        {
            Console.Error.WriteLine(sentence);
        }
    }
}
