using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace VitNotebooks.Tests.Data;

/// <summary>What a <see cref="FileServer"/> is about to answer; a test may change it into something else.</summary>
/// <param name="Status">E.g. <c>206 Partial Content</c>.</param>
/// <param name="Headers">All of them but Connection.</param>
/// <param name="Body">What follows them.</param>
internal sealed record FileReply(string Status, IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body)
{
    /// <summary>After how many bytes of the body the line is cut; null for not at all.</summary>
    public int? CutAfter { get; init; }

    /// <summary>Whether nothing more comes after the cut, and the line stays open.</summary>
    public bool Stalls { get; init; }

    public FileReply With(string header, string? value)
    {
        var headers = new Dictionary<string, string>(Headers);
        headers.Remove(header);
        if (value is not null)
        {
            headers[header] = value;
        }

        return this with
        {
            Headers = headers,
        };
    }
}

/// <summary>A web server on this machine that has files, and breaks off, refuses, lies or changes them as a test wants.</summary>
internal sealed class FileServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2? _certificate;
    private readonly CancellationTokenSource _end = new();

    public FileServer(byte[] content, X509Certificate2? certificate = null)
    {
        Content = content;
        _certificate = certificate;
        _listener.Start();
        var scheme = certificate is null ? "http" : "https";
        Base = $"{scheme}://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        Url = $"{Base}/files/weights.pth";
        _ = Serve();
    }

    /// <summary>What is at every address that <see cref="Files"/> does not name.</summary>
    public byte[] Content { get; set; }

    /// <summary>What is at an address, e.g. <c>/set/a.zip</c>.</summary>
    public ConcurrentDictionary<string, byte[]> Files { get; } = new();

    public string? Tag { get; set; } = "\"one\"";

    public string ContentType { get; set; } = "application/octet-stream";

    /// <summary>After how many bytes of the body the next answers break off.</summary>
    public ConcurrentQueue<int> Cuts { get; } = new();

    /// <summary>What the answers behind the cut ones are in place of the file, e.g. <c>503 Service Unavailable</c>.</summary>
    public ConcurrentQueue<string> Refusals { get; } = new();

    /// <summary>What was asked for: the range and the condition of each request.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Changes an answer; gets the request's number from 1 and its range.</summary>
    public Func<int, string?, FileReply, FileReply> Change { get; set; } = (_, _, reply) => reply;

    public string Base { get; }

    public string Url { get; }

    public void Dispose()
    {
        _end.Cancel();
        _listener.Stop();
    }

    private async Task Serve()
    {
        while (true)
        {
            try
            {
                _ = Answer(await _listener.AcceptTcpClientAsync());
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }

    private async Task Answer(TcpClient client)
    {
        try
        {
            using (client)
            {
                Stream stream = client.GetStream();
                if (_certificate is not null)
                {
                    var secure = new SslStream(stream);
                    await secure.AuthenticateAsServerAsync(_certificate);
                    stream = secure;
                }
                await Answer(stream);
                await stream.FlushAsync();
                client.LingerState = new LingerOption(true, 1);
            }
        }
        catch (Exception e)
            when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException) { } // the other side went away
    }

    private async Task Answer(Stream stream)
    {
        var head = await Head(stream);
        var range = Header(head, "Range");
        int number;
        lock (Requests)
        {
            Requests.Enqueue($"{range} {Header(head, "If-Range")}".Trim());
            number = Requests.Count;
        }
        var reply = Change(number, range, Reply(head, range));
        var answer = new StringBuilder($"HTTP/1.1 {reply.Status}\r\n");
        foreach (var (name, value) in reply.Headers)
        {
            answer.Append($"{name}: {value}\r\n");
        }

        answer.Append("Connection: close\r\n\r\n");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer.ToString()));
        await stream.WriteAsync(
            reply.CutAfter is { } cut ? reply.Body[..Math.Min(cut, reply.Body.Length)] : reply.Body
        );
        await stream.FlushAsync();
        if (reply.Stalls)
        {
            await Task.Delay(Timeout.Infinite, _end.Token);
        }
    }

    private FileReply Reply(string head, string? range)
    {
        if (Cuts.IsEmpty && Refusals.TryDequeue(out var refusal))
        {
            return Empty(refusal);
        }

        var path = head.Split(' ')[1];
        var content = Files.TryGetValue(path, out var named) ? named : Content;
        var condition = Header(head, "If-Range");
        var (from, to) = (0, content.Length);
        var isPart = range is not null && (condition is null || condition == Tag);
        if (isPart)
        {
            var ends = range!["bytes=".Length..].Split('-');
            from = int.Parse(ends[0]);
            to = ends[1].Length > 0 ? Math.Min(content.Length, int.Parse(ends[1]) + 1) : content.Length;
            if (from >= content.Length)
            {
                return Empty("416 Range Not Satisfiable");
            }
        }
        var headers = new Dictionary<string, string>
        {
            ["Content-Type"] = ContentType,
            ["Content-Length"] = $"{to - from}",
            ["Accept-Ranges"] = "bytes",
        };
        if (isPart)
        {
            headers["Content-Range"] = $"bytes {from}-{to - 1}/{content.Length}";
        }

        if (Tag is not null)
        {
            headers["ETag"] = Tag;
        }

        return new(isPart ? "206 Partial Content" : "200 OK", headers, content.AsMemory(from, to - from))
        {
            CutAfter = Cuts.TryDequeue(out var cut) ? cut : null,
        };
    }

    public static FileReply Empty(string status) =>
        new(status, new Dictionary<string, string> { ["Content-Length"] = "0" }, default);

    private static async Task<string> Head(Stream stream)
    {
        var head = new StringBuilder();
        var buffer = new byte[4096];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            var read = await stream.ReadAsync(buffer);
            if (read == 0)
            {
                throw new IOException("no request came");
            }

            head.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }
        return head.ToString();
    }

    private static string? Header(string head, string name) =>
        head.Split("\r\n")
            .FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
            ?[(name.Length + 1)..].Trim();
}
