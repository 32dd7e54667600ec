using SharedModels.Compute.Checkpoints.Hub;
using SharedModels.Vision.Tests;

namespace SharedModels.Compute.Tests.Checkpoints.Hub;

/// <summary>Tests the names of repositories and the location of the cache.</summary>
public sealed class HubNameTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("google/owlv2-base-patch16-ensemble", "google/owlv2-base-patch16-ensemble", null)]
    [InlineData("a/b@main", "a/b", "main")]
    [InlineData("a/b@refs/pr/1", "a/b", "refs/pr/1")]
    [InlineData("A_1.x/b-2.c_", "A_1.x/b-2.c_", null)]
    public void A_repository_has_an_owner_and_a_name(string text, string id, string? revision) =>
        Assert.Equal(new(id, revision), HubRepository.TryParse(text));

    [Theory]
    [InlineData("")]
    [InlineData("gpt2")]
    [InlineData("demo-checkpoint")]
    [InlineData("a/b/c")]
    [InlineData("/a/b")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("../a")]
    [InlineData("./a")]
    [InlineData("a/..")]
    [InlineData("a/b--c")]
    [InlineData("a/b..c")]
    [InlineData("-a/b")]
    [InlineData("a/b.")]
    [InlineData("a/b c")]
    [InlineData("a\\b")]
    [InlineData("C:\\models/b")]
    [InlineData("~/models")]
    [InlineData("a/b@")]
    [InlineData("a/b@../x")]
    [InlineData("a/b@/x")]
    [InlineData("a/b@x?y")]
    [InlineData("a/bü")]
    public void Other_texts_are_not_repository_ids(string text) => Assert.Null(HubRepository.TryParse(text));

    [Fact]
    public void A_name_that_is_too_long_is_rejected()
    {
        Assert.NotNull(HubRepository.TryParse("a/" + new string('b', 94)));
        Assert.Null(HubRepository.TryParse("a/" + new string('b', 95)));
    }

    [Fact]
    public void The_folder_is_named_as_the_hub_does() =>
        Assert.Equal("models--google--owlv2", HubRepository.TryParse("google/owlv2")!.FolderName);

    [Theory]
    [InlineData("HF_HUB_CACHE=/1;HUGGINGFACE_HUB_CACHE=/2;HF_HOME=/3;XDG_CACHE_HOME=/4", "/1")]
    [InlineData("HF_HUB_CACHE= ;HUGGINGFACE_HUB_CACHE=/2;HF_HOME=/3;XDG_CACHE_HOME=/4", "/2")]
    [InlineData("HF_HOME=/3;XDG_CACHE_HOME=/4", "/3/hub")]
    [InlineData("XDG_CACHE_HOME=/4", "/4/huggingface/hub")]
    [InlineData("", "/home/me/.cache/huggingface/hub")]
    [InlineData("HF_HUB_CACHE=~/models", "/home/me/models")]
    [InlineData("HF_HOME=$DATA/${SUB}x;DATA=/data;SUB=s", "/data/sx/hub")]
    [InlineData("HF_HUB_CACHE=/a/$NONE", "/a/$NONE")]
    public void The_cache_is_where_hugging_face_documents_it(string variables, string expected)
    {
        if (OperatingSystem.IsWindows())
            return;
        Assert.Equal(expected, With(variables + ";HOME=/home/me").CacheFolder);
        Assert.Equal("/own", With(variables + ";HOME=/home/me", cache: "/own").CacheFolder);
    }

    [Fact]
    public void Address_and_token_come_from_the_settings_or_the_environment()
    {
        Assert.Equal(("https://huggingface.co", null), Of(With("")));
        Assert.Equal(("http://mirror", "hf_e"), Of(With("HF_ENDPOINT=http://mirror/;HF_TOKEN=hf_e")));
        Assert.Equal(("http://own", "hf_o"), Of(With("HF_ENDPOINT=http://mirror;HF_TOKEN=hf_e", "http://own/", "hf_o")));
        Assert.Null(With("", "ftp://own").EndpointUri);
        Assert.Null(With("", "own").EndpointUri);

        static (string Endpoint, string? Token) Of(HubSettings settings) => (settings.Endpoint, settings.Token);
    }

    [Theory]
    [InlineData("https://user:pass@mirror:8443/hf", null, "https://mirror:8443/hf")]
    [InlineData("http://pass@mirror", null, "http://mirror")]
    [InlineData("https://mirror/a", "https://mirror/a/", "https://mirror/a")]
    [InlineData("ftp://user:pass@mirror", null, "ftp://mirror")]
    [InlineData("https://user:pass/word@mirror", null, "https://mirror")]
    [InlineData("user:pass@mirror", null, "mirror")]
    [InlineData("pass@", null, "")]
    public void No_message_shows_the_user_and_the_password_of_an_address(string endpoint, string? address, string shown)
    {
        var settings = With("", endpoint);
        Assert.Equal(address, settings.EndpointUri?.ToString());
        Assert.Equal(shown, settings.ShownEndpoint);
    }

    [Theory]
    [InlineData("hf_secret", true)]
    [InlineData(" hf_secret\r\n", true)]
    [InlineData("hf_\nsecret", false)]
    [InlineData("hf secret", false)]
    [InlineData("hf_sécret", false)]
    [InlineData("hf_\0secret", false)]
    public void A_token_must_be_valid_in_a_header(string token, bool isValid) => Assert.Equal(isValid, With("", token: token).IsTokenValid);

    [Fact]
    public void The_snapshot_of_the_branch_or_the_newest_complete_one_is_used()
    {
        Assert.Null(Find());
        var (old, branch, newest) = (Snapshot("aaaaa", age: 3), Snapshot("bbbbb", age: 2), Snapshot("ccccc", age: 1));
        Snapshot("ddddd", age: 0, isComplete: false);
        Assert.Equal(newest, Find());
        Write("refs/main", "bbbbb\n");
        Assert.Equal(branch, Find());
        Write("refs/main", "ddddd");
        Assert.Equal(newest, Find());
        Write("refs/main", "../../elsewhere");
        Assert.Equal(newest, Find());
        Assert.Equal(old, Find("aaaaa"));
        Assert.Null(Find("ddddd"));
        Assert.Null(Find("v1"));
        Write("refs/v1", "aaaaa");
        Assert.Equal(old, Find("v1"));
    }

    [Fact]
    public void A_snapshot_without_all_parts_of_its_weights_is_not_complete()
    {
        var snapshot = Snapshot("aaaaa", age: 1);
        File.Delete(Path.Combine(snapshot, "model.safetensors"));
        Assert.Null(Find());
        Write("snapshots/aaaaa/model.safetensors.index.json", """{"weight_map":{"a":"one.safetensors","b":"two.safetensors"}}""");
        Write("snapshots/aaaaa/one.safetensors", "x");
        Assert.Null(Find());
        Write("snapshots/aaaaa/two.safetensors", "x");
        Assert.Equal(snapshot, Find());
        Write("snapshots/aaaaa/model.safetensors.index.json", "broken");
        Assert.Null(Find());
    }

    public void Dispose() => _folder.Dispose();

    private static HubSettings With(string variables, string? endpoint = null, string? token = null, string? cache = null)
    {
        var values = variables.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(static pair => pair.Split('=', 2))
            .ToDictionary(static pair => pair[0], static pair => pair[1]);
        return new(endpoint, token, cache, name => values.GetValueOrDefault(name));
    }

    private string Snapshot(string commit, int age, bool isComplete = true)
    {
        Write($"snapshots/{commit}/config.json", "{}");
        Write($"snapshots/{commit}/tokenizer.json", "{}");
        if (isComplete)
            Write($"snapshots/{commit}/model.safetensors", "weights");
        var path = Path.Combine(_folder.Path, "models--a--b", "snapshots", commit);
        Directory.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddDays(100 - age));
        return path;
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine([_folder.Path, "models--a--b", .. name.Split('/')]);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private string? Find(string? revision = null) => new HubCache(_folder.Path, new("a/b", revision)).Find(HubFixture.Layout);
}
