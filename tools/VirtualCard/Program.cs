using System.CommandLine;
using VirtualCard;

const int Misused = 2;
var port = new Option<int>("--port") { Description = "Where vpcd listens.", DefaultValueFactory = static _ => CardInReader.ReaderPort };
var application = new Option<string?>("--application") { Description = "uid, transit, city, transit-in-select or social: this card is inserted at once." };
var file = new Option<string>("--file") { Description = "The application's file, hexadecimal.", DefaultValueFactory = static _ => string.Empty };
var uid = new Option<string>("--uid") { Description = "The chip's UID, hexadecimal, 4, 7 or 10 bytes.", DefaultValueFactory = static _ => "04A1B2C3D4E5F6" };

var root = new RootCommand(
    "A card for a virtual reader (pcscd with vsmartcard-vpcd, loopback). Lines on standard input lay other cards on it: "
    + "'insert KIND [HEX]', 'remove'. The end of input leaves the card until the program is stopped.")
{
    port, application, file, uid,
};
root.SetAction(async (parsed, stop) =>
{
    if (!Hand.TryReadHex(parsed.GetValue(uid)!, 10, out var chip) || chip.Length is not (4 or 7 or 10))
        return await FailAsync("--uid takes 4, 7 or 10 bytes in hexadecimal.");
    await using var hand = new Hand(parsed.GetValue(port), chip);
    if (parsed.GetValue(application) is { } first && await hand.InsertAsync(first, parsed.GetValue(file)!, stop) is { } wrong)
        return await FailAsync(wrong);
    try
    {
        while (await Console.In.ReadLineAsync(stop) is { } line)
        {
            var answer = await hand.ObeyAsync(line, stop);
            await Console.Out.WriteLineAsync((answer ?? "ok").AsMemory(), stop);
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
    }
    catch (OperationCanceledException)
    {
        // Stopped: the card is taken away.
    }

    return 0;
});
return await root.Parse(args).InvokeAsync();

static async Task<int> FailAsync(string wrong)
{
    await Console.Error.WriteLineAsync($"virtual-card: {wrong}");
    return Misused;
}
