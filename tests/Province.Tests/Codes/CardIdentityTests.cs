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

    [Fact]
    public void The_file_of_a_city_card_is_that_of_a_card_of_shanghai()
    {
        var file = CardIdentity.CityFile("2000", 0x7D93847E0512E3B7, new DateOnly(2018, 7, 24), new DateOnly(2024, 10, 16));

        Assert.Equal("869820007590FFFF820520007D93847E0512E3B720180724202410160214", Convert.ToHexString(file));
        Assert.Equal("20007D93847E0512E3B7", Convert.ToHexString(CardIdentity.CityIdentifier("2000", 0x7D93847E0512E3B7)));
    }

    [Theory]
    [InlineData("200")]
    [InlineData("20000")]
    [InlineData("20A0")]
    public void A_city_of_another_shape_is_refused(string city) =>
        Assert.Throws<ArgumentException>(() => CardIdentity.CityIdentifier(city, 1));

    [Fact]
    public void The_record_of_a_social_security_card_has_its_tag_and_length() =>
        Assert.Equal("0703414238", Convert.ToHexString(CardIdentity.SocialSecurityRecord("AB8")));

    [Theory]
    [InlineData("")]
    [InlineData("310458888888888888")]
    [InlineData("31045888888888888811")]
    [InlineData("31045888888888888A1")]
    public void A_number_of_another_shape_is_refused(string number) =>
        Assert.Throws<ArgumentException>(() => CardIdentity.Identifier(number));
}
