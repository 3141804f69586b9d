using System.Net;
using Benchmarks;

namespace Server.Tests.Clusters;

/// <summary>
/// A page that somebody leaves open, by a real circuit without a browser. A circuit lives in the memory of one machine: where that ends,
/// the page loads itself again from the next machine, as the browser does.
/// </summary>
internal sealed class OpenPage(TestMachines machines, CookieContainer cookies, string path)
{
    private volatile CircuitClient? _circuit;

    /// <summary>How often it was loaded.</summary>
    internal int Loaded { get; private set; }

    /// <summary>What cut it off last.</summary>
    internal Exception? Cut { get; private set; }

    /// <summary>What the circuit drew so far, in batches; 0 while none is open.</summary>
    internal int Drawn => _circuit?.Batches ?? 0;

    /// <summary>Stays open until it is told to close.</summary>
    internal async Task StayAsync(CancellationToken close)
    {
        for (var turn = 0; !close.IsCancellationRequested; turn++)
        {
            try
            {
                if (machines.Addresses is { Count: > 0 } at)
                    await StayOnceAsync(at[turn % at.Count], close);
            }
            catch (Exception cut) when (!close.IsCancellationRequested || cut is OperationCanceledException)
            {
                // The machine stops, or has gone. A page that cannot be opened at all draws nothing, and says why.
                Cut = cut;
            }
            finally
            {
                _circuit = null;
            }
            await Task.Delay(50, CancellationToken.None);
        }
    }

    private async Task StayOnceAsync(Uri machine, CancellationToken close)
    {
        await using var circuit = await CircuitClient.OpenAsync(machine, path, cookies, (_, _) => { });
        Loaded++;
        _circuit = circuit;
        await circuit.Closed.WaitAsync(close);
    }
}
