using System.Text.Json.Serialization.Metadata;
using ControlSurface.Core.Items;

namespace ControlSurface.Core.Engine;

/// <summary>Stores the fields of an item flat among the members of the item or event, in the order that journals have always had.</summary>
internal static class ItemFieldsJson
{
    /// <summary>Modifies the JSON contract: adds the fields to the item and to its two events that have fields.</summary>
    internal static void Flatten(JsonTypeInfo info)
    {
        if (!typeof(IHasItemFields).IsAssignableFrom(info.Type))
            return;
        // The item repeats its fields as computed properties, which are not stored.
        for (var k = info.Properties.Count - 1; k >= 0; k--)
        {
            if (IsField(info.Properties[k].Name))
                info.Properties.RemoveAt(k);
        }
        var at = 0;
        while (info.Properties[at].Name != "queue")
            at++;
        foreach (var field in ItemField.All)
        {
            info.Properties.Insert(++at, PropertyOf(info, field));
            // ExternalId is no field, because it never changes, but it is stored among them.
            if (field.Name == "targets")
                at = Move(info.Properties, "externalId", at);
        }
    }

    private static bool IsField(string name)
    {
        foreach (var field in ItemField.All)
        {
            if (field.Name == name)
                return true;
        }
        return false;
    }

    private static JsonPropertyInfo PropertyOf(JsonTypeInfo info, ItemField field)
    {
        var property = info.CreateJsonPropertyInfo(field.Type, field.Name);
        property.Get = has => field.Get(((IHasItemFields)has).Fields);
        property.Set = (has, value) => ((IHasItemFields)has).Restore(field.With(((IHasItemFields)has).Fields, value));
        return property;
    }

    private static int Move(IList<JsonPropertyInfo> properties, string name, int after)
    {
        for (var k = after + 1; k < properties.Count; k++)
        {
            if (properties[k].Name != name)
                continue;
            var moved = properties[k];
            properties.RemoveAt(k);
            properties.Insert(after + 1, moved);
            return after + 1;
        }
        return after;
    }
}
