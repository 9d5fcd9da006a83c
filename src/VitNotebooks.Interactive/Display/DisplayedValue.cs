namespace VitNotebooks.Interactive;

/// <summary>A value on show, which can be replaced in its place.</summary>
public sealed class DisplayedValue
{
    private readonly INotebookHost _host;

    internal DisplayedValue(INotebookHost host, string id)
    {
        _host = host;
        Id = id;
    }

    /// <summary>Name of the output.</summary>
    public string Id { get; }

    /// <summary>Shows another value in the same place.</summary>
    /// <param name="value">The new value.</param>
    public void Update(object? value) => _host.Update(Id, MimeBundle.Of(value));
}
