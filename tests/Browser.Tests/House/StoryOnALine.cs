namespace Browser.Tests;

/// <summary>A story with a server of its own, and a line to it that can be cut.</summary>
public abstract class StoryOnALine(Street street) : Story(street)
{
    private Premises? _own;
    private Line? _line;

    internal override Premises Premises => _own!;

    internal Line Line => _line!;

    public override async Task InitializeAsync()
    {
        _own = await Premises.OpenAsync();
        _line = Line.To(_own.Server.Address);
    }

    public override async Task DisposeAsync()
    {
        try
        {
            await base.DisposeAsync();
        }
        finally
        {
            await _line!.DisposeAsync();
            await _own!.DisposeAsync();
        }
    }
}
