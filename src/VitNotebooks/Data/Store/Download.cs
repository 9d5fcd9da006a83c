using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace VitNotebooks.Data;

/// <summary>A download under way: the file under a name of its own, which one process at a time has open, and the tag by which its server
/// knows it again.</summary>
internal sealed class Download : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60); // without a byte

    private static readonly HttpClient Client = new(
        new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(30),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        }
    )
    {
        Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestHeaders = { { "User-Agent", "VitNotebooks" } },
    };

    private readonly RemoteFile _file;
    private readonly string _path;
    private readonly FileStream _part;

    private Download(RemoteFile file, string path, FileStream part) => (_file, _path, _part) = (file, path, part);

    /// <summary>Bytes that are here.</summary>
    public long Received => _part.Length;

    private string TagPath => PartPath(_path) + ".tag";

    private static string PartPath(string path) => path + ".part";

    /// <summary>Takes up a download where it ended; waits while another process has it.</summary>
    public static async Task<Download> Open(RemoteFile file, string path, CancellationToken cancel)
    {
        var address = new Uri(file.Url);
        if (address.Scheme != Uri.UriSchemeHttps && !address.IsLoopback)
            throw new DownloadException(
                $"{file.Url} is not fetched: only https keeps a file safe on its way; give an https address."
            );
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DownloadException($"There is no place for {file.What} at {path}: {e.Message}", e);
        }
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            try
            {
                return new(
                    file,
                    path,
                    new FileStream(PartPath(path), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None)
                );
            }
            catch (IOException e) when ((e.HResult & 0xFFFF) is 11 or 32) // somebody else has it: EWOULDBLOCK, or Windows' sharing violation
            {
                await Task.Delay(200, cancel);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new DownloadException($"There is no place for {file.What} at {path}: {e.Message}", e);
            }
        }
    }

    /// <summary>Whether it may go better next time: the line was cut, the server was busy.</summary>
    public bool MayPass(Exception e, CancellationToken cancel) =>
        !cancel.IsCancellationRequested
        && e switch
        {
            HttpRequestException { StatusCode: { } status } => status
                is HttpStatusCode.RequestTimeout
                    or HttpStatusCode.TooManyRequests
                    or >= HttpStatusCode.InternalServerError,
            HttpRequestException { HttpRequestError: var error } => error
                is HttpRequestError.ResponseEnded
                    or HttpRequestError.Unknown
                || (error == HttpRequestError.ConnectionError && Received > 0), // it was there a moment ago
            HttpIOException or EndOfStreamException or TimeoutException => true,
            IOException { InnerException: System.Net.Sockets.SocketException } => true,
            _ => false,
        };

    /// <summary>Asks for what is missing and writes it down.</summary>
    /// <exception cref="DownloadException">The server has something else there.</exception>
    public async Task Receive(IProgress<DownloadProgress>? progress, CancellationToken cancel)
    {
        using var idle = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        try
        {
            idle.CancelAfter(Patience);
            using var request = Request();
            using var response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, idle.Token);
            var total = Begin(response);
            await using var body = await response.Content.ReadAsStreamAsync(idle.Token);
            await Write(body, total, progress, idle);
            if (total is { } all && Received != all)
                throw new EndOfStreamException($"the server stopped after {Received:N0} of {all:N0} bytes");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new TimeoutException($"nothing came for {Patience.TotalSeconds:0} seconds");
        }
    }

    /// <summary>The SHA-256 of what is here, in hex, behind a flush to the disk.</summary>
    public async Task<string> Hash(CancellationToken cancel)
    {
        _part.Flush(flushToDisk: true);
        _part.Position = 0;
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(_part, cancel));
    }

    /// <summary>Gives the file its name.</summary>
    public void Publish()
    {
        File.Move(_part.Name, _path); // while it is open: nobody can take it up in between
        File.Delete(TagPath);
    }

    /// <summary>Forgets what is here.</summary>
    public void Discard()
    {
        File.Delete(_part.Name);
        File.Delete(TagPath);
    }

    public void Dispose() => _part.Dispose();

    // What is here is gone on with only where the tag, or else the hash at the end, tells another file from the old one.
    private HttpRequestMessage Request()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, _file.Url);
        var tag = File.Exists(TagPath) ? File.ReadAllText(TagPath) : "";
        if (Received > 0 && tag.Length == 0 && _file.Sha256 is null)
            _part.SetLength(0);
        if (Received == 0)
            return request;
        request.Headers.Range = new RangeHeaderValue(Received, null);
        if (tag.Length > 0)
            request.Headers.IfRange = new RangeConditionHeaderValue(new EntityTagHeaderValue(tag));
        return request;
    }

    private long? Begin(HttpResponseMessage response)
    {
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            Restart();
            throw new EndOfStreamException("the server has less than is here, so that it begins anew");
        }
        if (!response.IsSuccessStatusCode)
            throw new HttpRequestException(
                $"the server says {(int)response.StatusCode} {response.ReasonPhrase}",
                null,
                response.StatusCode
            );
        if (response.Content.Headers.ContentType?.MediaType is "text/html")
            throw new DownloadException(
                $"{_file.Url} is a web page and not {_file.What}; open it in a browser, and put the file that it leads to at {_path}."
            );
        if (response.StatusCode != HttpStatusCode.PartialContent)
            Restart();
        else if (response.Content.Headers.ContentRange?.From is { } from && from != Received)
        {
            Restart();
            throw new EndOfStreamException($"the server went on at byte {from:N0}, which was not asked for");
        }
        if (response.Headers.ETag is { IsWeak: false } tag)
            File.WriteAllText(TagPath, tag.Tag);
        return response.Content.Headers.ContentLength is { } length ? Received + length : null;
    }

    private void Restart()
    {
        _part.SetLength(0);
        File.Delete(TagPath);
    }

    private async Task Write(
        Stream body,
        long? total,
        IProgress<DownloadProgress>? progress,
        CancellationTokenSource idle
    )
    {
        _part.Seek(0, SeekOrigin.End);
        var buffer = new byte[1 << 17];
        var told = Environment.TickCount64;
        while (true)
        {
            idle.CancelAfter(Patience);
            var read = await body.ReadAsync(buffer, idle.Token);
            if (read == 0)
                break;
            await _part.WriteAsync(buffer.AsMemory(0, read), idle.Token);
            if (progress is null || Environment.TickCount64 - told < 250)
                continue;
            told = Environment.TickCount64;
            progress.Report(new(_part.Position, total));
        }
        await _part.FlushAsync(idle.Token);
        progress?.Report(new(Received, total));
    }
}
