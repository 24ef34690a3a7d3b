using System.Text;

namespace Province.Commands;

/// <summary>Reads a passphrase at the console, letter by letter and unseen.</summary>
internal static class ConsoleSecret
{
    /// <summary>A line; null where input comes from a file or pipe: a passphrase in a script belongs in <c>--passphrase-file</c>.</summary>
    public static string? Read()
    {
        if (Console.IsInputRedirected) return null;
        var line = new StringBuilder();
        while (Console.ReadKey(intercept: true) is var key && key.Key != ConsoleKey.Enter)
        {
            if (key.Key == ConsoleKey.Backspace) line.Length -= Math.Min(line.Length, 1);
            else if (!char.IsControl(key.KeyChar)) line.Append(key.KeyChar);
        }

        return line.ToString();
    }
}
