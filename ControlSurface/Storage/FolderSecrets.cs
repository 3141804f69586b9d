using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;

namespace ControlSurface.Storage;

/// <summary>Secrets in files of the workspace's folder, and their keys in its folder <c>protection</c>.</summary>
internal sealed class FolderSecrets(string folder) : ISecrets
{
    private const string KeyFolder = "protection";

    public string Where(string name) => Path.Combine(folder, name);

    public string Protection => Path.Combine(folder, KeyFolder);

    public void KeepKeys(IDataProtectionBuilder protection) =>
        protection.PersistKeysToFileSystem(new DirectoryInfo(Protection));

    public bool HasKey(Guid id) => File.Exists(Path.Combine(Protection, $"key-{id}.xml"));

    /// <summary>All keys, by their names, as the framework writes them.</summary>
    internal IEnumerable<(string Name, string Xml)> Keys() =>
        Directory.Exists(Protection)
            ? Directory
                .EnumerateFiles(Protection, "*.xml")
                .Order(StringComparer.Ordinal)
                .Select(file =>
                    (
                        Path.GetFileNameWithoutExtension(file),
                        XElement.Load(file).ToString(SaveOptions.DisableFormatting)
                    )
                )
            : [];

    /// <summary>Writes a key, as the framework would.</summary>
    internal void AddKey(string name, string xml) =>
        KeptFile.Replace(
            Path.Combine(DataFolder.Create(Protection), name + ".xml"),
            System.Text.Encoding.UTF8.GetBytes(xml)
        );

    /// <summary>Everything is kept elsewhere by now.</summary>
    internal void SetAside()
    {
        foreach (var name in SecretNames.All)
            MovedFiles.SetAside(Where(name));
        MovedFiles.SetAside(Protection);
    }

    public long Version(string name) =>
        new FileInfo(Where(name)) is { Exists: true } there ? there.LastWriteTimeUtc.Ticks + there.Length : 0;

    public byte[]? Read(string name) => File.Exists(Where(name)) ? File.ReadAllBytes(Where(name)) : null;

    public byte[]? Update(string name, Func<byte[]?, byte[]?> update)
    {
        var before = Read(name);
        if (update(before) is not { } after)
            return before;
        KeptFile.Replace(Where(name), after);
        return after;
    }
}
