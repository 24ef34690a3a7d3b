using System.CommandLine;
using System.Globalization;
using Province.Publishing;

namespace Province.Commands;

/// <summary><c>province publish</c>: makes the repository say what the office's folder says.</summary>
internal static class PublishCommand
{
    /// <summary>The command.</summary>
    public static Command Make(Terminal terminal)
    {
        var command = MakeScope(
            terminal, "publish", "Publishes all that changed. What needs keys that are not here waits in drafts/ and nothing is published.", PublicationScope.All);
        command.Subcommands.Add(MakeScope(terminal, "list", "Publishes the list alone, as every hour: with the keys of list, list-closing, snapshot and timestamp.", PublicationScope.List));
        command.Subcommands.Add(MakeScope(terminal, "gates", "Publishes the gates alone, whatever else waits: with the keys of sites, keys, snapshot and timestamp.", PublicationScope.Gates));
        command.Subcommands.Add(MakeScope(terminal, "timestamp", "Signs the timestamp anew, so that gates know that nothing is newer.", PublicationScope.Timestamp));
        return command;
    }

    private static Command MakeScope(Terminal terminal, string name, string description, PublicationScope scope)
    {
        var folder = new Argument<string>("OFFICE") { Description = "The authority's folder." };
        var keys = new KeyOptions("--key", "A key that signs. Once for each.", isRequired: false);
        var now = OptionShapes.Now();
        var command = new Command(name, description) { folder, now };
        keys.AddTo(command);
        command.SetAction(result =>
        {
            var office = new Office(result.GetRequiredValue(folder));
            var publication = office.Publish(scope, [.. keys.Open(terminal, result).Select(static key => key.ToSigner())], terminal.MomentOf(result.GetValue(now)));
            foreach (var made in publication.Made) terminal.Out.WriteLine(made);
            var sizes = publication.Sizes;
            terminal.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"published; a gate reads {sizes.Values.Sum():N0} bytes of metadata an hour ({string.Join(", ", sizes.Select(size => $"{size.Key} {size.Value:N0}"))})"));
        });
        return command;
    }
}
