using System.Text;

namespace Distribution.Tests;

/// <summary>What is left of replacements that end early. What a power cut leaves is tried block by block by ./dev powercut.</summary>
public sealed class DurableFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("durable-").FullName;

    private string Target => Path.Combine(folder, "floor");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_file_is_replaced_whole_and_for_its_owner_alone()
    {
        DurableFile.Write(Target, "before, and longer"u8);
        DurableFile.Write(Target, "after"u8);

        Assert.Equal("after", File.ReadAllText(Target));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Target));
        Assert.Single(Directory.GetFiles(folder));
    }

    [Fact]
    public void A_temporary_that_a_cut_left_does_not_matter_to_the_next_replacement()
    {
        File.WriteAllText(Target + ".new", "half of something much longer");

        DurableFile.Write(Target, "whole"u8);

        Assert.Equal("whole", File.ReadAllText(Target));
        Assert.Single(Directory.GetFiles(folder));
    }

    [Fact]
    public void A_replacement_that_fails_leaves_the_old_file_and_nothing_beside_it()
    {
        DurableFile.Write(Target, "old"u8);
        Directory.CreateDirectory(Path.Combine(folder, "taken"));

        Assert.ThrowsAny<IOException>(() => DurableFile.Write(Path.Combine(folder, "taken"), "new"u8));

        Assert.Equal([Target], Directory.GetFiles(folder));
    }

    [Fact]
    public void A_replacement_that_is_given_up_leaves_the_old_file()
    {
        DurableFile.Write(Target, "old"u8);
        using (var stream = DurableFile.Create(Target)) stream.Write("half"u8);

        DurableFile.Abandon(Target);

        Assert.Equal("old", File.ReadAllText(Target));
        Assert.Single(Directory.GetFiles(folder));
    }

    [Fact]
    public void A_sweep_takes_temporaries_and_nothing_else()
    {
        DurableFile.Write(Target, "kept"u8);
        File.WriteAllText(Target + ".new", "left");
        Directory.CreateDirectory(Path.Combine(folder, "deeper"));
        File.WriteAllText(Path.Combine(folder, "deeper", "other.new"), "another's");

        DurableFile.Sweep(folder);
        DurableFile.Sweep(Path.Combine(folder, "not-there"));

        Assert.Equal([Target], Directory.GetFiles(folder));
        Assert.Single(Directory.GetFiles(Path.Combine(folder, "deeper")));
    }

    [Fact]
    public void A_folder_is_written_anew_without_what_a_cut_left_in_it()
    {
        var set = Path.Combine(folder, "a", "b", "set");
        DurableFile.WriteFolder(set, [("one", Encoding.ASCII.GetBytes("1")), ("two", Encoding.ASCII.GetBytes("2"))]);

        DurableFile.WriteFolder(set, [("three", Encoding.ASCII.GetBytes("3"))]);

        Assert.Equal("3", File.ReadAllText(Assert.Single(Directory.GetFiles(set))));
    }

    [Fact]
    public void A_folder_can_be_named_from_where_the_program_stands()
    {
        DurableFile.CreateFolder(Path.Combine(folder, "x", "y") + "/");
        DurableFile.CreateFolder(Path.Combine(folder, "x", "y"));
        DurableFile.CreateFolder("/");

        Assert.True(Directory.Exists(Path.Combine(folder, "x", "y")));
    }
}
