using System.Net;

namespace ControlSurface.Access;

/// <summary>
/// Bounds how many large bodies are in memory whose senders have not proved who they are: the proof is a signature of the whole body. Those of
/// one network wait for each other, so that one that sends many keeps no other waiting for its own. Safe from any thread.
/// </summary>
/// <param name="mostOfOne">Of one network.</param>
/// <param name="mostOfAll">Of all networks together; beyond that everybody waits.</param>
internal sealed class UnprovedBodies(int mostOfOne, int mostOfAll)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Network> _networks = new(StringComparer.Ordinal);
    private SemaphoreSlim All { get; } = new(mostOfAll);

    /// <summary>How many networks have one here, or wait.</summary>
    internal int Networks
    {
        get
        {
            lock (_lock)
                return _networks.Count;
        }
    }

    /// <summary>Waits until one more body may be read. Dispose the answer once it is proved or gone.</summary>
    /// <param name="from">Where the sender comes from; null where that is not known.</param>
    /// <exception cref="OperationCanceledException">The sender left before its turn.</exception>
    internal async Task<IDisposable> EnterAsync(IPAddress? from, CancellationToken gone)
    {
        var name = RefusalLog.Group(from);
        Network network;
        lock (_lock)
        {
            if (!_networks.TryGetValue(name, out var known))
                _networks[name] = known = new Network(name, mostOfOne);
            network = known;
            network.Count++;
        }
        try
        {
            await network.Free.WaitAsync(gone).ConfigureAwait(false);
        }
        catch
        {
            Forget(network);
            throw;
        }
        try
        {
            await All.WaitAsync(gone).ConfigureAwait(false);
        }
        catch
        {
            network.Free.Release();
            Forget(network);
            throw;
        }
        return new Place(this, network);
    }

    private void Leave(Network network)
    {
        All.Release();
        network.Free.Release();
        Forget(network);
    }

    private void Forget(Network network)
    {
        lock (_lock)
        {
            if (--network.Count == 0)
                _networks.Remove(network.Name);
        }
    }

    private sealed class Network(string name, int most)
    {
        internal string Name { get; } = name;

        internal SemaphoreSlim Free { get; } = new(most);

        /// <summary>Those that are read and those that wait.</summary>
        internal int Count { get; set; }
    }

    private sealed class Place(UnprovedBodies all, Network network) : IDisposable
    {
        private int _hasLeft;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _hasLeft, 1) == 0)
                all.Leave(network);
        }
    }
}
