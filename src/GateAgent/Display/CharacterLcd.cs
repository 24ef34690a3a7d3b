using System.Device.I2c;
using System.Text;

namespace GateAgent.Display;

/// <summary>
/// A character LCD of two lines with an HD44780 controller in 4-bit mode behind a PCF8574 expander on I2C, which shows ASCII.
/// The expander's bits: 0 register select, 1 read, 2 enable, 3 light, 4-7 data. Commands are those of the HD44780's data
/// sheet, table 6; its initialisation by instruction is figure 24.
/// </summary>
internal sealed class CharacterLcd : TextDisplay
{
    private const byte Data = 0x01;
    private const byte Enable = 0x04;
    private const byte Light = 0x08;
    private const byte ClearAll = 0x01;
    private const byte MoveRight = 0x06;
    private const byte On = 0x0C;
    private const byte TwoLinesOf4Bits = 0x28;
    private const byte FirstLine = 0x80;
    private const byte SecondLine = 0xC0;
    private static readonly TimeSpan SlowCommand = TimeSpan.FromMilliseconds(5);
    private readonly Func<I2cDevice> open;
    private readonly int columns;
    private I2cDevice? device;

    /// <summary>A display that is not open yet.</summary>
    public CharacterLcd(int bus, int address, int columns)
        : this(() => I2cDevice.Create(new I2cConnectionSettings(bus, address)), columns)
    {
    }

    /// <summary>A display on a device that is opened when it is needed.</summary>
    internal CharacterLcd(Func<I2cDevice> open, int columns)
    {
        this.open = open;
        this.columns = columns;
    }

    /// <inheritdoc/>
    public override void Show(string chinese, string english)
    {
        try
        {
            if (device is null) Begin();
            var split = english.Length <= columns ? english.Length : english.LastIndexOf(' ', columns);
            if (split <= 0) split = Math.Min(columns, english.Length);
            Write(FirstLine, english[..split]);
            Write(SecondLine, english[split..].TrimStart());
        }
        catch (IOException)
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        device?.Dispose();
        device = null;
    }

    // Whatever state it was left in, three times "8 bits" and once "4 bits" bring it to a known one.
    private void Begin()
    {
        device = open();
        foreach (var half in (ReadOnlySpan<byte>)[0x30, 0x30, 0x30, 0x20])
        {
            Half(half);
            Wait();
        }

        foreach (var command in (ReadOnlySpan<byte>)[TwoLinesOf4Bits, On, ClearAll, MoveRight])
        {
            Send(command, 0);
            if (command == ClearAll) Wait();
        }
    }

    private void Write(byte at, string text)
    {
        Send(at, 0);
        Span<byte> row = stackalloc byte[columns];
        row.Fill((byte)' ');
        Encoding.ASCII.GetBytes(text.AsSpan(0, Math.Min(text.Length, columns)), row);
        foreach (var character in row) Send(character, Data);
    }

    private void Send(byte value, byte select)
    {
        Half((byte)((value & 0xF0) | select));
        Half((byte)(((value & 0x0F) << 4) | select));
    }

    // The controller takes a half byte when enable falls; I2C at 100 kHz is slower than it needs.
    private void Half(byte bits)
    {
        device!.WriteByte((byte)(bits | Light | Enable));
        device.WriteByte((byte)(bits | Light));
    }

    private static void Wait() => Thread.CurrentThread.Join(SlowCommand);
}
