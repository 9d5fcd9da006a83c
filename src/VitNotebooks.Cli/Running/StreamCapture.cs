using System.Text;

namespace VitNotebooks.Cli;

/// <summary>A console writer that hands everything on: to the running cell.</summary>
/// <param name="write">Takes each piece.</param>
internal sealed class StreamCapture(Action<string> write) : TextWriter
{
    /// <inheritdoc/>
    public override Encoding Encoding => Encoding.UTF8;

    /// <inheritdoc/>
    public override string NewLine => "\n";

    /// <inheritdoc/>
    public override void Write(char value) => write(value.ToString());

    /// <inheritdoc/>
    public override void Write(string? value) => write(value ?? "");

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => write(new string(buffer, index, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> buffer) => write(buffer.ToString());

    /// <inheritdoc/>
    public override void WriteLine(string? value) => write(value + "\n");
}
