using Distribution.Lists;
using Verifier.AllowList;

namespace Distribution.Tests.Lists;

public sealed class PageCareTests : IDisposable
{
    private readonly ListStage stage = new(3, 2_500);

    public void Dispose() => stage.Dispose();

    [Fact]
    public async Task A_bad_page_is_found_put_right_in_place_and_found_sound()
    {
        stage.NextHour(1);
        using var served = await stage.UpdateAsync();
        var path = stage.Lists.PagesOf(served.Index);
        var whole = await File.ReadAllBytesAsync(path);
        Damage(path, 1);
        using var care = PageCare.Open(served);

        Assert.Equal([PageState.Sound, PageState.Tampered, PageState.Sound], Enumerable.Range(0, 3).Select(care.Look));
        Assert.Equal(PageState.Sound, await care.RepairAsync(1, stage.Repository.ReadAsync, default));

        Assert.Equal(whole, await File.ReadAllBytesAsync(path));
        stage.AssertServes(served);
    }

    [Fact]
    public async Task A_file_that_was_cut_is_unreadable_there_and_is_put_right()
    {
        using var served = await stage.UpdateAsync();
        var path = stage.Lists.PagesOf(served.Index);
        var whole = await File.ReadAllBytesAsync(path);
        await File.WriteAllBytesAsync(path, whole[..^100]);
        using var care = PageCare.Open(served);
        var last = served.Index.PageCount - 1;

        Assert.Equal(PageState.Unreadable, care.Look(last));
        Assert.Equal(PageState.Sound, await care.RepairAsync(last, stage.Repository.ReadAsync, default));
        Assert.Equal(whole, await File.ReadAllBytesAsync(path));
    }

    [Fact]
    public async Task A_repository_that_gives_another_page_repairs_nothing()
    {
        using var served = await stage.UpdateAsync();
        var path = stage.Lists.PagesOf(served.Index);
        Damage(path, 0);
        var remote = $"targets/list/{Convert.ToHexStringLower(served.Index.Hash)}.base-7.gal";
        stage.Repository.Files[remote][ListPageLayout.PageSize] ^= 1;
        using var care = PageCare.Open(served);

        await Assert.ThrowsAsync<RefusedException>(() => care.RepairAsync(0, stage.Repository.ReadAsync, default));
        Assert.Equal(PageState.Tampered, care.Look(0));
    }

    [Fact]
    public async Task A_look_up_that_meets_a_bad_page_notes_it_and_gives_no_colour()
    {
        using var served = await stage.UpdateAsync();
        Damage(stage.Lists.PagesOf(served.Index), 1);

        var answers = stage.World.Everyone.Select(subject => served.Reader.Find(SubjectKind.Person, SubjectKey.FromFull(subject)).Kind).ToList();

        var tampered = answers.Count(static kind => kind == ListAnswerKind.PageTampered);
        Assert.Equal(stage.World.Everyone.Count(subject => served.Index.FindPage(SubjectKey.FromFull(subject).Page) == 1), tampered);
        Assert.Equal(tampered, served.TamperedPages);
        Assert.True(served.BadPages.TryRead(out var page));
        Assert.Equal(1, page);
    }

    private static void Damage(string path, int page)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        for (var at = (page + 1) * ListPageLayout.PageSize; at < (page + 2) * ListPageLayout.PageSize; at += ListPageLayout.HalfSize)
        {
            file.Position = at + 500;
            var old = file.ReadByte();
            file.Position--;
            file.WriteByte((byte)(old ^ 8));
        }
    }
}
