using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;

namespace SharedModels.Compute.Checkpoints.Hub;

/// <summary>
/// Sends requests to a hub. Proxies are those of <see cref="HttpClient.DefaultProxy"/>: HTTPS_PROXY, HTTP_PROXY and NO_PROXY. The client
/// follows redirects itself, so that it sends the token only to the hub and not to the storage that the hub redirects to.
/// </summary>
internal sealed class HubClient : IDisposable
{
    /// <summary>The time without a response, or without further bytes of one, after which a connection is considered broken.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private const int MaxRedirects = 10;

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(15),
        UseCookies = false,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private readonly HubRepository _repository;
    private readonly Uri _endpoint;
    private readonly string? _token;
    private readonly TimeProvider _time;

    public HubClient(HubSettings settings, HubRepository repository, TimeProvider time)
    {
        _repository = repository;
        _endpoint = settings.EndpointUri ?? throw new CheckpointException(
            $"The address of the hub is '{settings.ShownEndpoint}' (HubEndpoint, HF_ENDPOINT). Set it to an absolute http or "
                + "https address without a user name or password.");
        _token = settings.IsTokenValid
            ? settings.Token
            : throw new CheckpointException(
                "The hub token (HubToken, HF_TOKEN) contains spaces, line breaks or non-ASCII characters. Copy it exactly as the hub "
                + "shows it.");
        _time = time;
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Requests the metadata of a file of a revision.</summary>
    /// <returns>The metadata that the hub reports, or <see langword="null"/> if the repository has no such file.</returns>
    /// <exception cref="HubTransientException">The request may succeed later.</exception>
    /// <exception cref="CheckpointException">The request cannot succeed.</exception>
    public async Task<HubFileInfo?> FindAsync(string revision, string file, CancellationToken cancellationToken)
    {
        string? commit = null, linked = null, etag = null;
        long? size = null;
        var isEnough = false;
        using var limit = new CancellationTokenSource(Patience, _time);
        using var response = await SendAsync(
            HttpMethod.Head, AddressOf(revision, file), static _ => { }, Note, limit.Token, cancellationToken).ConfigureAwait(false);
        if (!isEnough && response.StatusCode == HttpStatusCode.NotFound && ErrorOf(response) is "EntryNotFound" or null)
            return null;
        if (!isEnough)
            Check(response, file);
        if (!HubCache.IsCommit(commit))
            throw new CheckpointException(
                $"'{_endpoint}' does not report the commit of '{_repository}' (X-Repo-Commit). Set HubEndpoint or HF_ENDPOINT to a hub of "
                + "Hugging Face, or to a mirror of one.");
        var name = (linked ?? etag)?.Trim('"');
        if (name is not { Length: > 0 and <= 128 } || !name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            throw Lacks("a usable ETag");
        var found = new HubFileInfo(file, commit!, name, size ?? throw Lacks("the size (X-Linked-Size or Content-Length)"));
        return !found.IsWeights || found.Sha256 is not null
            ? found
            : throw Lacks("the SHA-256 (X-Linked-Etag), which is required for weights");

        CheckpointException Lacks(string what) => new(
            $"For '{file}' of '{_repository}', '{_endpoint}' does not report {what}. Set HubEndpoint or HF_ENDPOINT to a hub of "
            + "Hugging Face, or to a mirror of one.");

        bool Note(HttpResponseMessage answer)
        {
            commit ??= HeaderOf(answer, "X-Repo-Commit");
            linked ??= HeaderOf(answer, "X-Linked-Etag");
            size ??= long.TryParse(HeaderOf(answer, "X-Linked-Size"), out var linkedSize) && linkedSize >= 0 ? linkedSize : null;

            // The redirect response of a large file has all the metadata. The storage that it points to reports different metadata.
            if (IsRedirect(answer))
                return isEnough = commit is not null && linked is not null;
            etag = answer.Headers.ETag?.Tag;
            size ??= answer.Content.Headers.ContentLength;
            return true;
        }
    }

    /// <summary>Requests the content of a file, starting at an offset. The response is 200, 206 or 416.</summary>
    /// <exception cref="HubTransientException">The request may succeed later.</exception>
    /// <exception cref="CheckpointException">The request cannot succeed.</exception>
    public async Task<HttpResponseMessage> GetAsync(HubFileInfo file, long offset, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Patience, _time);
        var address = AddressOf(file.Commit, file.Name);
        var response = await SendAsync(
            HttpMethod.Get, address, Prepare, static answer => !IsRedirect(answer), limit.Token, cancellationToken).ConfigureAwait(false);
        try
        {
            if (response.StatusCode != HttpStatusCode.RequestedRangeNotSatisfiable)
                Check(response, file.Name);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }

        void Prepare(HttpRequestMessage request)
        {
            if (offset == 0)
                return;
            request.Headers.Range = new(offset, null);

            // The storage of large files has its own ETags. The SHA-256 shows in the end whether the parts belong together.
            if (file.Sha256 is null)
                request.Headers.IfRange = new(new EntityTagHeaderValue($"\"{file.Etag}\""));
        }
    }

    private static bool IsRedirect(HttpResponseMessage response) =>
        (int)response.StatusCode is 301 or 302 or 303 or 307 or 308 && response.Headers.Location is not null;

    private static string? HeaderOf(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault()?.Trim() : null;

    private static string? ErrorOf(HttpResponseMessage response) => HeaderOf(response, "X-Error-Code");

    private Uri AddressOf(string revision, string file) =>
        new(_endpoint, $"{_repository.Id}/resolve/{Uri.EscapeDataString(revision)}/{Uri.EscapeDataString(file)}");

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method,
        Uri address,
        Action<HttpRequestMessage> prepare,
        Func<HttpResponseMessage, bool> isLast,
        CancellationToken limit,
        CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit, cancellationToken);
        try
        {
            for (var redirects = 0; redirects <= MaxRedirects; redirects++)
            {
                using var request = new HttpRequestMessage(method, address);
                request.Headers.UserAgent.Add(new("SharedModels", null));
                request.Headers.AcceptEncoding.Add(new("identity"));
                if (_token is not null && IsOfHub(address))
                    request.Headers.Authorization = new("Bearer", _token);
                prepare(request);
                var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
                if (isLast(response))
                    return response;
                using (response)
                    address = NextOf(address, response);
            }
        }
        catch (HttpRequestException e) when (e.InnerException is AuthenticationException reason)
        {
            throw new CheckpointException(
                $"{address.Authority} cannot be reached securely: {reason.Message} Add the certificate of its authority, or that of the "
                + "proxy, to the trusted certificates of the system or container.",
                e);
        }
        catch (HttpRequestException e)
        {
            throw new HubTransientException($"{address.Authority} cannot be reached ({e.Message.TrimEnd('.')}).", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HubTransientException($"{address.Authority} did not respond.", e);
        }

        throw new CheckpointException(
            $"'{_endpoint}' redirects '{_repository}' more than {MaxRedirects} times. Set HubEndpoint or HF_ENDPOINT to another address.");
    }

    private Uri NextOf(Uri address, HttpResponseMessage response)
    {
        var next = new Uri(address, response.Headers.Location!);
        return next.Scheme == address.Scheme || next.Scheme == Uri.UriSchemeHttps
            ? next
            : throw new CheckpointException(
                $"'{_endpoint}' redirects '{_repository}' to an insecure {next.Scheme} address. Set HubEndpoint or "
                + "HF_ENDPOINT to "
                + "another address.");
    }

    private bool IsOfHub(Uri address) =>
        address.Scheme == _endpoint.Scheme && address.Port == _endpoint.Port
        && address.Host.Equals(_endpoint.Host, StringComparison.OrdinalIgnoreCase);

    private void Check(HttpResponseMessage response, string file)
    {
        if (response.IsSuccessStatusCode)
            return;
        var status = (int)response.StatusCode;
        var address = response.RequestMessage!.RequestUri!;
        if (status is 408 or 429 or >= 500)
            throw new HubTransientException(
                $"{address.Authority} responded with {status}.", retryAfter: RetryAfterOf(response.Headers.RetryAfter));
        if (!IsOfHub(address))
            throw new CheckpointException(
                $"{address.Authority}, from which {_endpoint.Authority} sends '{file}' of '{_repository}', responded with {status}. Allow "
                + "access to it in the firewall or proxy, or set HubEndpoint or HF_ENDPOINT to a mirror.");
        throw new CheckpointException((status, ErrorOf(response)) switch
        {
            (_, "RevisionNotFound") =>
                $"'{_repository.Id}' has no revision '{_repository.RevisionOrDefault}' on {_endpoint.Authority}. Specify a branch, "
                    + "tag or commit.",
            (_, "GatedRepo") =>
                $"'{_repository.Id}' is a gated repository. Accept its terms at "
                + $"{_endpoint}{_repository.Id}, and set "
                + "HubToken or HF_TOKEN to a token of that account.",
            (401 or 403, _) =>
                $"{_endpoint.Authority} responded with {status} for '{_repository.Id}': the repository does not exist or is "
                + "not public. "
                + $"Check the name, and {(_token is null ? "set" : "the token in")} HubToken or HF_TOKEN.",
            (404, _) => $"{_endpoint.Authority} does not have '{file}' of '{_repository}'. Check the name.",
            _ => $"{_endpoint.Authority} responded with {status} for '{file}' of '{_repository}'.",
        });
    }

    private TimeSpan? RetryAfterOf(RetryConditionHeaderValue? header) =>
        header?.Delta ?? (header?.Date is { } date && date > _time.GetUtcNow() ? date - _time.GetUtcNow() : null);
}
