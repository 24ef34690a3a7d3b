using GateAgent.Configuration;

namespace GateAgent.Display;

/// <summary>A display of two lines. One thread.</summary>
internal abstract class TextDisplay : IDisposable
{
    /// <summary>Makes the display that a configuration names, without opening anything.</summary>
    public static TextDisplay Make(DisplayConfig config) => config.Kind == "serial"
        ? new SerialDisplay(config.Path!)
        : new CharacterLcd(config.Bus, config.Address, config.Columns);

    /// <summary>Shows two lines instead of what was there. Opens the device where it is not open, and closes it when it fails.
    /// </summary>
    /// <exception cref="IOException">There is no such device, or it does not answer.</exception>
    public abstract void Show(string chinese, string english);

    /// <inheritdoc/>
    public abstract void Dispose();
}
