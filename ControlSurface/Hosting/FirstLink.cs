using System.Data.Common;
using ControlSurface.Access;

namespace ControlSurface.Hosting;

/// <summary>The line by which a server that nobody administers yet lets somebody in.</summary>
internal static class FirstLink
{
    /// <summary>The line. The server runs already: a database that goes away at this moment does not end it.</summary>
    internal static string Line(Uri address, string folder, AccessStore access, Func<bool> knewAdmin)
    {
        try
        {
            // Who once gave somebody the house did not mean to give it to whoever finds this line after a loss.
            if (knewAdmin())
                return $"Nobody is an admin any more: run people reset-admin --data {folder} for a link that signs one in.";
            return $"Sign in: {new Uri(address, access.MakeSignInLink(null))} (once, within 15 minutes; makes you the first admin)";
        }
        catch (DbException failure)
        {
            return $"No link for the first admin can be made just now ({failure.Message}): run people reset-admin once the database is back.";
        }
    }
}
