using System.CommandLine;
using LinkBench;

var folder = new Option<string>("--folder") { Description = "Where everything is made, and deleted at the end.", DefaultValueFactory = static _ => "artifacts/link-bench", Recursive = true };
var gates = new Option<int>("--gates") { Description = "Gates that poll one server, 10 to 10,000.", DefaultValueFactory = static _ => 10_000 };
gates.Validators.Add(static result =>
{
    if (result.GetValueOrDefault<int>() is < 10 or > 10_000) result.AddError("--gates takes 10 to 10000.");
});
var hours = new Option<int>("--hours") { Description = "Hours that stand for the day, 1 to 24.", DefaultValueFactory = static _ => 3 };
var people = new Option<long>("--people") { Description = "People on the list, up to 100,000,000.", DefaultValueFactory = static _ => 65_000_000 };
people.Validators.Add(static result =>
{
    if (result.GetValueOrDefault<long>() is < 10_000 or > 100_000_000) result.AddError("--people takes 10000 to 100000000.");
});
var server = new Option<string>("--server") { Description = "The server's configuration of the repository, for nginx to include.", DefaultValueFactory = static _ => "deploy/nginx/repository.conf" };
var defaults = new Option<bool>("--nginx-defaults") { Description = "The server is nginx as it comes, with metadata compressed beforehand." };
var returns = new Option<bool>("--no-return") { Description = "Leaves out the return after a week, which takes a quarter of an hour." };
var link = new Command("link", "A day of many gates at one server: bytes a gate, requests a second, and the return after a week.") { gates, hours, people, server, defaults, returns };
link.SetAction((parsed, stop) => FleetBench.RunAsync(
    new FleetOptions
    {
        Folder = Path.GetFullPath(parsed.GetValue(folder)!),
        Gates = parsed.GetValue(gates),
        Hours = Math.Clamp(parsed.GetValue(hours), 1, 24),
        People = parsed.GetValue(people),
        Server = parsed.GetValue(defaults) ? null : Path.GetFullPath(parsed.GetValue(server)!),
        HasReturn = !parsed.GetValue(returns),
    },
    stop));

var entries = new Option<long>("--people") { Description = "People on the list.", DefaultValueFactory = static _ => 10_000_000 };
var programs = new Option<string>("--gate") { Description = "The folder of the published programs.", Required = true };
var swap = new Command("swap", "Twenty people a second at a running gate while its list is replaced by a large one.") { programs, entries };
swap.SetAction((parsed, stop) => SwapBench.RunAsync(
    Path.GetFullPath(parsed.GetValue(folder)!), Path.GetFullPath(parsed.GetRequiredValue(programs)), parsed.GetValue(entries), stop));

var root = new RootCommand("Measures how news comes to gates.") { link, swap };
root.Options.Add(folder);
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
