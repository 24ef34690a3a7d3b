using System.Device.I2c;
using System.Text;
using Demo;
using GateAgent.Display;
using GateAgent.Health;
using GateAgent.Lanes;
using Verifier.Verdicts;

namespace GateAgent.Tests.Display;

public sealed class DisplayTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public void A_customer_display_gets_two_rows_of_twenty_columns()
    {
        using var line = PseudoTerminal.Open();
        using var display = new SerialDisplay(line.DevicePath);

        display.Show("请通行", "Please pass");

        var bytes = line.Read(41);
        Assert.Equal(0x0C, bytes[0]);
        var gb18030 = CodePagesEncodingProvider.Instance.GetEncoding("GB18030")!;
        Assert.Equal("请通行              Please pass         ", gb18030.GetString(bytes, 1, 40));
    }

    [Fact]
    public void A_character_display_shows_what_a_controller_makes_of_its_bytes()
    {
        var controller = new Hd44780();
        using var display = new CharacterLcd(() => controller, 16);

        display.Show("请拨打12345", "12345 no 1234567");
        display.Show("请拨打12345", "Pass one by one 1/4");

        Assert.Equal("Pass one by one ", controller.Row(0));
        Assert.Equal("1/4             ", controller.Row(1));
    }

    [Fact]
    public void A_display_that_is_not_there_is_a_health_item_and_holds_nobody_up()
    {
        var health = new HealthBoard(TimeProvider.System);
        using (var display = LaneDisplay.Start("metro-1", new SerialDisplay("/dev/none"), static () => "12345", health))
        {
            display.Show(new Order.Show(Signal.Pass, default));
            Assert.True(SpinWait.SpinUntil(() => health.Items.Any(static item => item is { Component: "display metro-1", State: "degraded" }), Patience));
        }
    }

    [Fact]
    public void No_text_is_wider_than_its_row_and_none_names_a_colour()
    {
        string[] colours = ["红", "黄", "绿", "red", "yellow", "green"];
        foreach (var signal in Enum.GetValues<Signal>())
        {
            foreach (var show in (Order.Show[])[new(signal, Reference.Of(Reason.Red, 9_999)), new(signal, default, 7, 7)])
            {
                var (chinese, english) = SignalTexts.Of(show, "12345");
                Assert.InRange(english.Length, 1, 20);
                Assert.InRange(chinese.Sum(static one => one > 0x7F ? 2 : 1), 1, 20);
                Assert.DoesNotContain(colours, colour => (chinese + english).Contains(colour, StringComparison.OrdinalIgnoreCase));
            }
        }
    }

    /// <summary>The controller at the other end, made from its data sheet: half bytes on the fall of enable.</summary>
    private sealed class Hd44780 : I2cDevice
    {
        private readonly byte[] memory = new byte[128];
        private byte last;
        private int high = -1;
        private bool isFourBits;
        private int address;

        public override I2cConnectionSettings ConnectionSettings { get; } = new(1, 39);

        public string Row(int row) => Encoding.ASCII.GetString(memory, row * 0x40, 16);

        public override void WriteByte(byte value)
        {
            var hasFallen = (last & 4) != 0 && (value & 4) == 0;
            if (hasFallen) Take(last >> 4, (last & 1) != 0);
            last = value;
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            foreach (var value in buffer) WriteByte(value);
        }

        public override void Read(Span<byte> buffer) => throw new NotSupportedException();

        public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer) => throw new NotSupportedException();

        private void Take(int half, bool isData)
        {
            if (!isFourBits)
            {
                isFourBits = half == 2;
                return;
            }

            if (high < 0)
            {
                high = half;
                return;
            }

            var value = (byte)((high << 4) | half);
            high = -1;
            if (isData) memory[address++ % memory.Length] = value;
            else if (value >= 0x80) address = value & 0x7F;
            else if (value == 1) memory.AsSpan().Fill((byte)' ');
        }
    }
}
