using System.Globalization;

namespace Province.Commands;

/// <summary>
/// Tells how far a long step is: on a screen a bar that is drawn over itself, elsewhere a plain line now and then. One thread.
/// </summary>
internal sealed class ProgressLine
{
    private const int BarWidth = 30;
    private static readonly TimeSpan OnScreenEvery = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PlainEvery = TimeSpan.FromSeconds(5);

    private readonly Terminal terminal;
    private readonly string doing;
    private readonly long total;
    private readonly long began;
    private long told;
    private bool isDrawn;

    /// <summary>A step that begins now.</summary>
    /// <param name="terminal">Where to tell.</param>
    /// <param name="doing">What is done, such as "reading".</param>
    /// <param name="total">What done will be at the end; 0 when nobody knows.</param>
    public ProgressLine(Terminal terminal, string doing, long total)
    {
        this.terminal = terminal;
        this.doing = doing;
        this.total = total;
        began = told = terminal.Time.GetTimestamp();
    }

    /// <summary>Tells, when it is time to tell again.</summary>
    /// <param name="done">How much of the total.</param>
    /// <param name="count">How many of <paramref name="things"/>.</param>
    /// <param name="things">What is counted.</param>
    public void Tell(long done, long count, string things)
    {
        if (terminal.Time.GetElapsedTime(told) < (terminal.IsScreen ? OnScreenEvery : PlainEvery)) return;
        told = terminal.Time.GetTimestamp();
        var share = total > 0 ? Math.Clamp((double)done / total, 0, 1) : 0;
        var seconds = terminal.Time.GetElapsedTime(began).TotalSeconds;
        var percent = total > 0 ? string.Create(CultureInfo.InvariantCulture, $" {100 * share,3:F0} %") : string.Empty;
        var text = string.Create(CultureInfo.InvariantCulture, $"{count:N0} {things}, {seconds:F0} s");
        if (!terminal.IsScreen)
        {
            terminal.Error.WriteLine($"{doing}{percent}, {text}");
            return;
        }

        isDrawn = true;
        var full = (int)(share * BarWidth);
        var bar = total > 0 ? $" [{new string('#', full)}{new string('.', BarWidth - full)}]" : string.Empty;
        terminal.Error.Write($"\r\u001b[K{doing}{bar}{percent} {text}");
    }

    /// <summary>Takes the bar off the screen.</summary>
    public void End()
    {
        if (isDrawn) terminal.Error.Write("\r\u001b[K");
        isDrawn = false;
    }
}
