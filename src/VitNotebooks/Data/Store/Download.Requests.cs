using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace VitNotebooks.Data;

/// <content>What is asked of a server, and what its answers say of themselves.</content>
internal sealed partial class Download
{
    private async Task<Answer> Ask(MissingRange range, CancellationToken cancel)
    {
        var idle = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        try
        {
            const int MostHops = 10;
            var address = _address;
            for (var hop = 0; hop <= MostHops; hop++)
            {
                idle.CancelAfter(_options.Patience);
                using var request = Request(address, range);
                var response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, idle.Token);
                if (response.StatusCode is >= (HttpStatusCode)300 and < (HttpStatusCode)400)
                {
                    using (response)
                    {
                        address = DownloadAddress.Next(address, response.Headers.Location, _file);
                    }

                    continue;
                }
                if (response.IsSuccessStatusCode)
                {
                    return new(response, idle);
                }

                using (response)
                {
                    Refused(response);
                }
            }
            throw new DownloadException($"{_address} sends on more than {MostHops} times; its server is out of order.");
        }
        catch (Exception e)
        {
            var isIdle = e is OperationCanceledException && !cancel.IsCancellationRequested;
            idle.Dispose();
            if (isIdle)
            {
                throw Silent();
            }

            throw;
        }
    }

    private TimeoutException Silent() => new($"nothing came for {_options.Patience.TotalSeconds:0.###} seconds");

    // What is here is gone on with only where the tag, or else the hash at the end, tells another file from the old one.
    private HttpRequestMessage Request(Uri address, MissingRange range)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (range.From == 0 && (range.To is null || range.To == _part.State.Length))
        {
            return request;
        }

        var isRest = range.To is null || range.To == _part.State.Length;
        request.Headers.Range = new RangeHeaderValue(range.From, isRest ? null : range.To - 1);
        if (_part.State.Tag is { } tag)
        {
            request.Headers.IfRange = new RangeConditionHeaderValue(new EntityTagHeaderValue(tag));
        }
        else if (_part.State.Modified is { } date)
        {
            request.Headers.IfRange = new RangeConditionHeaderValue(
                DateTimeOffset.Parse(date, CultureInfo.InvariantCulture)
            );
        }

        return request;
    }

    private void Refused(HttpResponseMessage response)
    {
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            throw new ChangedFileException("the server has less than is here, so that it begins anew");
        }

        throw new HttpRequestException(
            $"the server says {(int)response.StatusCode} {response.ReasonPhrase}",
            null,
            response.StatusCode
        );
    }

    private void CheckPart(HttpResponseMessage response, MissingRange asked)
    {
        var range = response.Content.Headers.ContentRange;
        var state = _part.State;
        if (range?.From is not { } from || from != asked.From || (asked.To is { } to && range.To >= to))
        {
            throw new LyingRangesException(
                $"the server sent the bytes {range?.ToString() ?? "of no range"}, which were not asked for"
            );
        }

        if (response.Content.Headers.ContentLength is { } length && range.To is { } last && length != last - from + 1)
        {
            throw new LyingRangesException($"the server says {range} of a part of {length:N0} bytes");
        }

        if (IsChanged(response) || (state.Length is { } before && range.Length is { } now && before != now))
        {
            throw new ChangedFileException("the file on the server has changed, so that it begins anew");
        }
    }

    private bool IsChanged(HttpResponseMessage response)
    {
        var (tag, modified) = Validators(response);
        var state = _part.State;
        return state.Tag is not null
            ? tag is not null && state.Tag != tag
            : state.Modified is not null && modified is not null && state.Modified != modified;
    }

    // A date tells two versions apart once it is a minute old (RFC 9110, 8.8.2.2).
    private static (string? Tag, string? Modified) Validators(HttpResponseMessage response)
    {
        var tag = response.Headers.ETag is { IsWeak: false } strong ? strong.Tag : null;
        var modified = response.Content.Headers.LastModified;
        var isStrong =
            modified is { } date && response.Headers.Date is { } now && now - date >= TimeSpan.FromMinutes(1);
        return (tag, isStrong ? modified!.Value.ToString("R", CultureInfo.InvariantCulture) : null);
    }

    private bool MayShare(HttpResponseMessage response) =>
        TrustsRanges
        && _options.Connections > 1
        && _length is not null
        && (
            response.StatusCode == HttpStatusCode.PartialContent
            || response.Headers.AcceptRanges.Contains("bytes", StringComparer.OrdinalIgnoreCase)
        )
        && (_file.IsStated || _part.State.Tag is not null || _part.State.Modified is not null);
}
