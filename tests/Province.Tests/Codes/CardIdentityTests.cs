using Province.Codes;

namespace Province.Tests.Codes;

public sealed class CardIdentityTests
{
    private const string Number = "3104588888888888881";

    [Fact]
    public void The_file_is_that_of_the_table()
    {
        var file = CardIdentity.File(Number, new DateOnly(2020, 1, 31), new DateOnly(2040, 12, 1));

        Assert.Equal("00000000000000000000" + "03104588888888888881" + "20200131" + "20401201" + "0000", Convert.ToHexString(file));
    }

    [Fact]
    public void The_identifier_is_the_number_with_a_zero_nibble_before_it() =>
        Assert.Equal("03104588888888888881", Convert.ToHexString(CardIdentity.Identifier(Number)));

    [Theory]
    [InlineData("")]
    [InlineData("310458888888888888")]
    [InlineData("31045888888888888811")]
    [InlineData("31045888888888888A1")]
    public void A_number_of_another_shape_is_refused(string number) =>
        Assert.Throws<ArgumentException>(() => CardIdentity.Identifier(number));
}
