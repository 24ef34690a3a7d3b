using Fuzz;
using Verifier.AllowList;

namespace Province.Tests.Lists;

public sealed class ListFuzzTests
{
    private const int Files = 4_000;

    public static TheoryData<string> Names => [.. ListTargets.All().Select(static target => target.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_damaged_file_is_refused_by_name_or_means_one_thing(string name)
    {
        var fuzzer = new Fuzzer(ListTargets.All().Single(target => target.Name == name), seed: 20);

        var broken = fuzzer.Run(Files);

        Assert.Null(broken?.Rule);
        Assert.True(fuzzer.Verdicts.Count > 1, "damage changes what a reader says");
    }

    [Fact]
    public void Damage_reaches_every_fault_of_a_delta_but_its_size()
    {
        var fuzzer = new Fuzzer(ListTargets.All().Single(static target => target.Name == "delta"), seed: 20);
        fuzzer.Run(20 * Files);

        Assert.Equal(
            [DeltaFault.TooLarge],
            Enum.GetValues<DeltaFault>().Where(fault => fault != DeltaFault.None && !fuzzer.Verdicts.ContainsKey(fault.ToString())));
    }

    [Fact]
    public void A_rule_that_is_broken_is_told_with_its_file()
    {
        var target = new Target("broken", [[1, 2, 3]], static bytes => new Outcome("read", bytes.Length > 3 ? "too long" : null));

        var broken = new Fuzzer(target, seed: 1).Run(Files);

        Assert.NotNull(broken);
        Assert.Equal("too long", broken.Value.Rule);
        Assert.True(broken.Value.File.Length > 3);
    }
}
