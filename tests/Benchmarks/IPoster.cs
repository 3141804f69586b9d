namespace Benchmarks;

/// <summary>Sends commands and waits for each answer, by one way or another.</summary>
internal interface IPoster : IDisposable
{
    /// <summary>POST of a JSON body under <c>/api/v1/</c>; the body of a 2xx answer, valid until the next call.</summary>
    /// <exception cref="InvalidOperationException">Anything but a 2xx; the message has the answer.</exception>
    ValueTask<ReadOnlyMemory<byte>> PostAsync(string path, string body, string key);
}
