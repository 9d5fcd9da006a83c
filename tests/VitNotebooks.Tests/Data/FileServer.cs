using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace VitNotebooks.Tests.Data;

/// <summary>A web server on this machine that has one file, and breaks off, refuses or changes it as a test wants.</summary>
internal sealed class FileServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public FileServer(byte[] content)
    {
        Content = content;
        _listener.Start();
        Url = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/files/weights.pth";
        _ = Serve();
    }

    public byte[] Content { get; set; }

    public string? Tag { get; set; } = "\"one\"";

    public string ContentType { get; set; } = "application/octet-stream";

    /// <summary>After how many bytes of the body the next answers break off.</summary>
    public ConcurrentQueue<int> Cuts { get; } = new();

    /// <summary>What the answers behind the cut ones are in place of the file, e.g. <c>503 Service Unavailable</c>.</summary>
    public ConcurrentQueue<string> Refusals { get; } = new();

    /// <summary>What was asked for: the range and the condition of each request.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public string Url { get; }

    public void Dispose() => _listener.Stop();

    private async Task Serve()
    {
        while (true)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await Answer(client.GetStream());
                client.LingerState = new LingerOption(true, 1);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
            catch (IOException) { } // the other side went away
        }
    }

    private async Task Answer(NetworkStream stream)
    {
        var head = await Head(stream);
        var range = Header(head, "Range");
        var condition = Header(head, "If-Range");
        Requests.Enqueue($"{range} {condition}".Trim());
        if (Cuts.IsEmpty && Refusals.TryDequeue(out var refusal))
        {
            await stream.WriteAsync(
                Encoding.ASCII.GetBytes($"HTTP/1.1 {refusal}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            );
            return;
        }
        var from =
            range is not null && (condition is null || condition == Tag) ? int.Parse(range["bytes=".Length..^1]) : 0;
        var answer = new StringBuilder();
        if (from >= Content.Length && from > 0)
        {
            await stream.WriteAsync(
                "HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray()
            );
            return;
        }
        answer.Append(from > 0 ? "HTTP/1.1 206 Partial Content\r\n" : "HTTP/1.1 200 OK\r\n");
        if (from > 0)
            answer.Append($"Content-Range: bytes {from}-{Content.Length - 1}/{Content.Length}\r\n");
        if (Tag is not null)
            answer.Append($"ETag: {Tag}\r\n");
        answer.Append(
            $"Content-Type: {ContentType}\r\nContent-Length: {Content.Length - from}\r\nConnection: close\r\n\r\n"
        );
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer.ToString()));
        var until = Cuts.TryDequeue(out var cut) ? Math.Min(Content.Length, from + cut) : Content.Length;
        await stream.WriteAsync(Content.AsMemory(from, until - from));
    }

    private static async Task<string> Head(NetworkStream stream)
    {
        var head = new StringBuilder();
        var buffer = new byte[4096];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            var read = await stream.ReadAsync(buffer);
            if (read == 0)
                throw new IOException("no request came");
            head.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }
        return head.ToString();
    }

    private static string? Header(string head, string name) =>
        head.Split("\r\n")
            .FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
            ?[(name.Length + 1)..].Trim();
}
