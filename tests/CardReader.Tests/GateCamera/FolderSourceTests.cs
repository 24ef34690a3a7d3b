using CardReader.Tests.Camera;
using GateCamera;

namespace CardReader.Tests.GateCamera;

public sealed class FolderSourceTests
{
    [Fact]
    public void Each_picture_that_is_moved_in_is_one_frame_in_the_order_of_names()
    {
        using var folder = new Folder();
        var source = new FolderSource(folder.Path);
        Assert.Null(source.Next());

        MoveIn(folder, "2.png", 3);
        MoveIn(folder, "1.png", 2);
        var first = source.Next();
        var second = source.Next();

        Assert.True(first!.Width < second!.Width);
        Assert.Null(source.Next());
        MoveIn(folder, "3.png", 2);
        Assert.NotNull(source.Next());
    }

    [Fact]
    public void Files_that_are_no_pictures_are_passed_over()
    {
        using var folder = new Folder();
        File.WriteAllText(folder["notes.txt"], "no picture");
        File.WriteAllText(folder["broken.png"], "no picture either");
        MoveIn(folder, "later.png", 2);
        var source = new FolderSource(folder.Path);

        Assert.Null(source.Next());
        Assert.NotNull(source.Next());
        Assert.Null(source.Next());
    }

    [Fact]
    public void A_folder_that_is_taken_away_gives_no_frame_until_it_is_back()
    {
        using var folder = new Folder();
        var source = new FolderSource(folder["pictures"]);
        Assert.Null(source.Next());

        Directory.CreateDirectory(folder["pictures"]);
        File.WriteAllBytes(folder["pictures/1.png"], Pictures.Png("text", 2));

        Assert.NotNull(source.Next());
    }

    [Fact]
    public void One_picture_is_given_at_every_frame_and_what_is_none_is_refused()
    {
        using var folder = new Folder();
        MoveIn(folder, "1.png", 2);
        var source = new FolderSource(new FileInfo(folder["1.png"]));

        Assert.NotNull(source.Next());
        Assert.Same(source.Next(), source.Next());
        File.WriteAllText(folder["1.png"], "no picture");
        Assert.Throws<InvalidDataException>(() => new FolderSource(new FileInfo(folder["1.png"])));
    }

    private static void MoveIn(Folder folder, string name, int scale)
    {
        File.WriteAllBytes(folder[name + ".part"], Pictures.Png("text", scale));
        File.Move(folder[name + ".part"], folder[name]);
    }
}
