namespace ControlSurface.Core.Items;

/// <summary>
/// The fields of an item that callers set and may change later (API.md, Items). The item has them, and <c>item.created</c>
/// and <c>item.edited</c> carry all of them.
/// </summary>
/// <remarks>
/// A new field is added in five places, all but the last in this file: here, in <see cref="Read"/>, in
/// <see cref="ItemCommand.WithFields"/>, in <see cref="ItemField.All"/>, and as a property of <see cref="Item"/>.
/// </remarks>
public sealed record ItemFields
{
    /// <summary>The fields of an item before anybody set one.</summary>
    internal static readonly ItemFields Empty = new();

    /// <summary>One line of up to 200 characters.</summary>
    public string Title { get; init; } = "";

    /// <summary>Prose of up to 100,000 characters.</summary>
    public string Body { get; init; } = "";

    /// <summary>0 first to 9 last.</summary>
    public int Priority { get; init; } = 5;

    /// <summary>Up to 50 of 100 characters, each once.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>What the work touches: up to 100 target paths in their one spelling, each once.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];

    /// <summary>From when on it may be claimed; null for at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>When it should be done; from then on the item asks for attention. Null for no due time.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Items that have to be completed first; never a circle.</summary>
    public IReadOnlyList<ItemId> DependsOn { get; init; } = [];

    /// <summary>The fields after a command: what it names is checked and taken, all else stays.</summary>
    /// <param name="known">The item that is edited; null for one that is created.</param>
    internal static ItemFields Read(
        Bounds bounds,
        IItemContext<IItems> context,
        Item? known,
        ItemCommand.WithFields said
    )
    {
        var was = known?.Fields ?? Empty;
        if (said.Title.IsSet)
            bounds.Name("title", said.Title.Value);
        if (said.Body.IsSet)
            bounds.Text("body", said.Body.Value, Bounds.BodyLength);
        if (said.Priority.IsSet)
            bounds.Range("priority", said.Priority.Value, 0, 9);
        return new ItemFields
        {
            Title = said.Title.Or(was.Title),
            Body = said.Body.Or(was.Body) ?? "",
            Priority = said.Priority.Or(was.Priority),
            Labels = said.Labels.IsSet ? bounds.Labels("labels", said.Labels.Value) : was.Labels,
            Targets = said.Targets.IsSet ? bounds.Targets("targets", said.Targets.Value) : was.Targets,
            NotBefore = said.NotBefore.IsSet ? Cut(said.NotBefore.Value) : was.NotBefore,
            DueAt = said.DueAt.IsSet ? Cut(said.DueAt.Value) : was.DueAt,
            DependsOn = said.DependsOn.IsSet
                ? Dependencies.Read(bounds, context, known, said.DependsOn.Value)
                : was.DependsOn,
        };
    }

    private static DateTimeOffset? Cut(DateTimeOffset? at) => at is { } instant ? Instant.Cut(instant) : null;
}

public abstract partial record ItemCommand
{
    /// <summary>A command that sets fields of an item. A field that it does not name stays as it is, or has its default.</summary>
    public abstract record WithFields : ItemCommand
    {
        private protected WithFields() { }

        /// <inheritdoc cref="ItemFields.Title"/>
        public Optional<string> Title { get; init; }

        /// <inheritdoc cref="ItemFields.Body"/>
        public Optional<string> Body { get; init; }

        /// <inheritdoc cref="ItemFields.Priority"/>
        public Optional<int> Priority { get; init; }

        /// <inheritdoc cref="ItemFields.Labels"/>
        public Optional<IReadOnlyList<string>> Labels { get; init; }

        /// <inheritdoc cref="ItemFields.Targets"/>
        public Optional<IReadOnlyList<string>> Targets { get; init; }

        /// <inheritdoc cref="ItemFields.NotBefore"/>
        public Optional<DateTimeOffset?> NotBefore { get; init; }

        /// <inheritdoc cref="ItemFields.DueAt"/>
        public Optional<DateTimeOffset?> DueAt { get; init; }

        /// <summary>Ids of items, as the caller wrote them.</summary>
        public Optional<IReadOnlyList<string>> DependsOn { get; init; }
    }
}

/// <summary>One field of an item: how it is compared, stored and read.</summary>
/// <param name="Name">Its name in API.md: <c>dueAt</c>.</param>
public abstract record ItemField(string Name)
{
    /// <summary>All fields, in the order in which events store them and list what changed.</summary>
    public static IReadOnlyList<ItemField> All { get; } =
    [
        new Value<string>("title", f => f.Title, (f, value) => f with { Title = value }),
        new Value<string>("body", f => f.Body, (f, value) => f with { Body = value }),
        new Value<int>("priority", f => f.Priority, (f, value) => f with { Priority = value }),
        new Sequence<string>("labels", f => f.Labels, (f, list) => f with { Labels = list }),
        new Sequence<string>("targets", f => f.Targets, (f, list) => f with { Targets = list }),
        new Value<DateTimeOffset?>("notBefore", f => f.NotBefore, (f, value) => f with { NotBefore = value }),
        new Value<DateTimeOffset?>("dueAt", f => f.DueAt, (f, value) => f with { DueAt = value }),
        new Sequence<ItemId>("dependsOn", f => f.DependsOn, (f, list) => f with { DependsOn = list }),
    ];

    /// <summary>The names of the fields that differ.</summary>
    internal static List<string> Differences(ItemFields was, ItemFields now)
    {
        var changed = new List<string>();
        foreach (var field in All)
        {
            if (field.Differs(was, now))
                changed.Add(field.Name);
        }
        return changed;
    }

    internal abstract bool Differs(ItemFields was, ItemFields now);

    /// <summary>The type of its value.</summary>
    internal abstract Type Type { get; }

    internal abstract object? Get(ItemFields fields);

    internal abstract ItemFields With(ItemFields fields, object? value);

    private record Value<T>(string Name, Func<ItemFields, T> Of, Func<ItemFields, T, ItemFields> Set) : ItemField(Name)
    {
        internal override Type Type => typeof(T);

        internal override bool Differs(ItemFields was, ItemFields now) =>
            !EqualityComparer<T>.Default.Equals(Of(was), Of(now));

        internal override object? Get(ItemFields fields) => Of(fields);

        internal override ItemFields With(ItemFields fields, object? value) => Set(fields, (T)value!);
    }

    // Lists with the same members in the same order are the same.
    private sealed record Sequence<T>(
        string Name,
        Func<ItemFields, IReadOnlyList<T>> Of,
        Func<ItemFields, IReadOnlyList<T>, ItemFields> Set
    ) : Value<IReadOnlyList<T>>(Name, Of, Set)
    {
        internal override bool Differs(ItemFields was, ItemFields now) => !Of(was).SequenceEqual(Of(now));
    }
}

/// <summary>
/// A record with an item's fields: the item, and the events that set them. The fields are stored flat, beside its own members
/// (<see cref="Engine.ItemFieldsJson"/>).
/// </summary>
internal interface IHasItemFields
{
    ItemFields Fields { get; }

    /// <summary>Sets the fields of a record that is being read from storage.</summary>
    void Restore(ItemFields fields);
}
