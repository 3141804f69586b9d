using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Browser.Tests;

/// <summary>Ends TLS in front of a server and passes on what it reads, byte for byte, as the plainest proxies do.</summary>
internal sealed class TlsProxy : IAsyncDisposable
{
    private readonly CancellationTokenSource _closes = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Uri _server;
    private readonly X509Certificate2 _certificate = MakeCertificate();
    private readonly Task _accepts;

    private TlsProxy(Uri server)
    {
        _server = server;
        _listener.Start();
        Address = new Uri($"https://localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _accepts = AcceptAsync();
    }

    /// <summary>Where browsers find it.</summary>
    public Uri Address { get; }

    public static TlsProxy Open(Uri server) => new(server);

    public async ValueTask DisposeAsync()
    {
        await _closes.CancelAsync();
        _listener.Stop();
        await _accepts;
        _closes.Dispose();
        _certificate.Dispose();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        var open = new List<Task>();
        try
        {
            while (true)
                open.Add(PassAsync(await _listener.AcceptTcpClientAsync(_closes.Token)));
        }
        catch (Exception closed) when (closed is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task PassAsync(TcpClient from)
    {
        using var browser = from;
        using var server = new TcpClient();
        try
        {
            await using var secured = new SslStream(browser.GetStream());
            await secured.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions { ServerCertificate = _certificate },
                _closes.Token
            );
            await server.ConnectAsync(IPAddress.Loopback, _server.Port, _closes.Token);
            var plain = server.GetStream();
            await Task.WhenAny(secured.CopyToAsync(plain, _closes.Token), plain.CopyToAsync(secured, _closes.Token));
        }
        catch (Exception over)
            when (over
                    is IOException
                        or OperationCanceledException
                        or SocketException
                        or System.Security.Authentication.AuthenticationException
            )
        {
            // One side went, or the browser tried the certificate first; the other side is closed with it.
        }
    }

    private static X509Certificate2 MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(
            TimeProvider.System.GetUtcNow().AddDays(-1),
            TimeProvider.System.GetUtcNow().AddDays(2)
        );
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), password: null);
    }
}
