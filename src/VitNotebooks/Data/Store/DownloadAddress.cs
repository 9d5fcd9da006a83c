namespace VitNotebooks.Data;

/// <summary>Which addresses a file may come from: https; this machine; and http where a SHA-256 is stated in full, but never once https was left.</summary>
internal static class DownloadAddress
{
    /// <summary>The address that a file begins at.</summary>
    /// <exception cref="DownloadException">Nothing would keep the file safe on its way.</exception>
    public static Uri Of(string url, RemoteFile file)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address))
        {
            throw new DownloadException($"{url} is no address; give one that begins with https://.");
        }

        return IsSafe(address, file)
            ? address
            : throw new DownloadException(
                $"{url} is not fetched: only https keeps a file safe on its way; give an https address"
                    + (file.IsHeld ? "." : ", or the file's whole SHA-256.")
            );
    }

    /// <summary>Where a server sends on to.</summary>
    /// <param name="from">The address that was asked.</param>
    /// <param name="location">What it answered; may be relative.</param>
    /// <param name="file">What is fetched.</param>
    /// <exception cref="DownloadException">There it would be less safe than here.</exception>
    public static Uri Next(Uri from, Uri? location, RemoteFile file)
    {
        if (location is null)
        {
            throw new DownloadException($"{from} sends on to nowhere; its server is out of order.");
        }

        var to = new Uri(from, location);
        var isDowngrade = from.Scheme == Uri.UriSchemeHttps && to.Scheme != Uri.UriSchemeHttps;
        return !isDowngrade && IsSafe(to, file) && (from.IsLoopback || !to.IsLoopback)
            ? to
            : throw new DownloadException(
                $"{from} sends on to {to}, which is not followed: only https keeps a file safe on its way."
            );
    }

    private static bool IsSafe(Uri address, RemoteFile file) =>
        address.Scheme == Uri.UriSchemeHttps
        || (address.Scheme == Uri.UriSchemeHttp && (address.IsLoopback || file.IsHeld));
}
