using Microsoft.EntityFrameworkCore;

namespace ControlSurface.Storage;

/// <summary>Columns are named as in SQL: <c>external_id</c>.</summary>
internal static class ColumnNames
{
    internal static string Of(string property) =>
        string.Concat(
            property.Select(
                (c, k) =>
                    char.IsUpper(c) && k > 0 ? "_" + char.ToLowerInvariant(c) : char.ToLowerInvariant(c).ToString()
            )
        );

    /// <summary>Names the columns of all tables of a model.</summary>
    internal static void Apply(ModelBuilder model)
    {
        foreach (var property in model.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties()))
            property.SetColumnName(Of(property.Name));
    }
}
