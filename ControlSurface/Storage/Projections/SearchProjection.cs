using System.Data.Common;
using ControlSurface.Core.Artifacts;
using ControlSurface.Core.Conflicts;
using ControlSurface.Core.Items;
using ControlSurface.Core.Leases;
using ControlSurface.Core.Locks;
using ControlSurface.Core.Principals;
using ControlSurface.Core.Targets;

namespace ControlSurface.Storage.Projections;

/// <summary>Writes down what can be found, and of which queue it is. How it stands is not in here: that is asked of the picture.</summary>
internal sealed class SearchProjection : IDisposable
{
    // Which queue an item is of is asked for nearly each event; a busy hour has fewer items than this.
    private const int Remembered = 20_000;
    private readonly DbConnection _connection;
    private readonly int _workspace;
    private readonly Prepared _find;
    private readonly Prepared _queueOf;
    private readonly Prepared _externalIdOf;
    private readonly Prepared _insert;
    private readonly Prepared _update;
    private readonly Prepared _words;
    private readonly Prepared _unwords;
    private readonly Dictionary<(FoundKind, string), string?> _queues = [];
    private readonly HashSet<(FoundKind, string)> _known = [];

    internal SearchProjection(DbConnection connection, int workspace)
    {
        _connection = connection;
        _workspace = workspace;
        _find = new Prepared(connection, "select id from documents where workspace = $1 and kind = $2 and key = $3", 3);
        _queueOf = new Prepared(
            connection,
            "select queue from documents where workspace = $1 and kind = $2 and key = $3",
            3
        );
        _externalIdOf = new Prepared(
            connection,
            "select external_id from documents where workspace = $1 and kind = $2 and key = $3",
            3
        );
        _insert = new Prepared(
            connection,
            "insert into documents (workspace, kind, key, queue, title, external_id, text, item, at) "
                + "values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id",
            9
        );
        _update = new Prepared(connection, "update documents set queue = $2, title = $3 where id = $1", 3);
        _words = new Prepared(connection, "insert into words (rowid, scope, title, text) values ($1, $2, $3, $4)", 4);
        _unwords = new Prepared(connection, "delete from words where rowid = $1", 1);
    }

    /// <summary>The queue of an item that was ever seen; null where it was not.</summary>
    internal string? QueueOf(ItemId item) => QueueOf(FoundKind.Item, item.Text);

    /// <summary>The queue of an artifact; null where it is of none.</summary>
    internal string? QueueOf(ArtifactId artifact) => QueueOf(FoundKind.Artifact, artifact.Text);

    internal void Follow(Recorded recorded)
    {
        switch (recorded.Event)
        {
            case ItemEvent.Created e:
                Item(recorded, e.Item, e.Queue, e.Fields, e.ExternalId);
                break;
            case ItemEvent.Edited e:
                // What the event does not name has not changed; the id that others know it by never does.
                Item(recorded, e.Item, e.Queue, e.Fields, ExternalIdOf(e.Item.Text));
                if (e.Changed.Contains("queue", StringComparer.Ordinal))
                    Move(recorded, e.Item, e.Queue);
                break;
            case ItemEvent.Restored { Was: var was }:
                Item(recorded, was.Id, was.Queue, was.Fields, was.ExternalId);
                break;
            case ArtifactEvent.Created e:
                Put(
                    recorded,
                    FoundKind.Artifact,
                    e.Artifact.Text,
                    e.Queue,
                    e.Name,
                    $"{e.Target} {e.Item?.Text}",
                    e.Item
                );
                Target(recorded, e.Queue, e.Target, e.Item);
                break;
            case ConflictEvent.Opened e:
                Put(
                    recorded,
                    FoundKind.Conflict,
                    e.Conflict.Text,
                    e.Queue,
                    e.What,
                    $"{WireNames.Of(e.Kind).Replace('_', ' ')} {e.Target} {e.Item?.Text} {e.Artifact?.Text} {e.Action}",
                    e.Item
                );
                Target(recorded, e.Queue, e.Target, e.Item);
                break;
            case LeaseEvent.Claimed e:
                if (e.Holder.Run is { } run)
                    Once(recorded, FoundKind.Run, $"{e.Holder.Id.Text}/{run}", QueueOf(e.Item), run, "", e.Item);
                break;
            case LockEvent.Acquired e:
                foreach (var ask in e.Locks)
                    Target(recorded, QueueOf(e.Item), ask.Target, e.Item);
                break;
            case TargetEvent.Changed e:
                Target(recorded, queue: null, e.Target, item: null);
                break;
            case HoldEvent.Began e:
                Target(recorded, queue: null, e.Target, item: null);
                break;
            case PrincipalEvent.Set { Principal: var who }:
                Put(
                    recorded,
                    FoundKind.Principal,
                    who.Id.Text,
                    queue: null,
                    who.Name,
                    WireNames.Of(who.Kind),
                    item: null
                );
                break;
            default:
                break; // Others: bring nothing that can be looked for by name.
        }
    }

    public void Dispose()
    {
        foreach (var statement in (Prepared[])[_find, _queueOf, _externalIdOf, _insert, _update, _words, _unwords])
            statement.Dispose();
    }

    private void Item(Recorded recorded, ItemId id, string queue, ItemFields fields, string? externalId)
    {
        var text = string.Join('\n', [fields.Body, externalId ?? "", .. fields.Labels, .. fields.Targets]);
        Put(recorded, FoundKind.Item, id.Text, queue, fields.Title, text, id, externalId);
        foreach (var target in fields.Targets)
            Target(recorded, queue, target, id);
    }

    private void Target(Recorded recorded, string? queue, string? target, ItemId? item)
    {
        if (target is not null)
            Once(recorded, FoundKind.Target, $"{queue}\n{target}", queue, target, "", item);
    }

    // Artifacts go where their item goes: who may not see the one may not find the other.
    private void Move(Recorded recorded, ItemId item, string queue)
    {
        var moved = new List<(string Key, string Title, string Text)>();
        using (
            var command = _connection.Command(
                "select key, title, text from documents where workspace = $workspace and item = $item and text is not null",
                ("$workspace", _workspace),
                ("$item", item.Number)
            )
        )
        using (var row = command.ExecuteReader())
        {
            while (row.Read())
                moved.Add((row.GetString(0), row.GetString(1), row.GetString(2)));
        }
        foreach (var (key, title, text) in moved)
            Put(recorded, FoundKind.Artifact, key, queue, title, text, item);
    }

    // What has nothing that could change is written once, however often it is seen.
    private void Once(
        Recorded recorded,
        FoundKind kind,
        string key,
        string? queue,
        string title,
        string text,
        ItemId? item
    )
    {
        if (_known.Count >= Remembered)
            _known.Clear();
        if (_known.Add((kind, key)) && _find.Find(_workspace, (int)kind, key) is null)
            Put(recorded, kind, key, queue, title, text, item);
    }

    private void Put(
        Recorded recorded,
        FoundKind kind,
        string key,
        string? queue,
        string title,
        string text,
        ItemId? item,
        string? externalId = null
    )
    {
        if (_find.Find(_workspace, (int)kind, key) is long id)
        {
            _update.Run(id, queue, title);
            _unwords.Run(id);
        }
        else
        {
            id = (long)
                _insert.Find(
                    _workspace,
                    (int)kind,
                    key,
                    queue,
                    title,
                    externalId,
                    kind == FoundKind.Artifact ? text : null,
                    item?.Number,
                    recorded.At.ToUnixTimeMilliseconds()
                )!;
        }
        _words.Run(
            id,
            $"{SearchWords.ScopeOf(kind)} {SearchWords.ScopeOf(queue)}",
            SearchWords.Spaced(title),
            SearchWords.Spaced(text)
        );
        Remember(kind, key, queue);
    }

    private string? ExternalIdOf(string item) => (string?)_externalIdOf.Find(_workspace, (int)FoundKind.Item, item);

    private string? QueueOf(FoundKind kind, string key)
    {
        if (_queues.TryGetValue((kind, key), out var known))
            return known;
        var queue = (string?)_queueOf.Find(_workspace, (int)kind, key);
        Remember(kind, key, queue);
        return queue;
    }

    private void Remember(FoundKind kind, string key, string? queue)
    {
        if (_queues.Count >= Remembered)
            _queues.Clear();
        _queues[(kind, key)] = queue;
    }
}
