using System.Text.RegularExpressions;

namespace SharedModels.Generators.Tests.Style;

/// <summary>Users filter logs by event ids, so an id belongs to one message of its package.</summary>
public sealed partial class LogEventTests
{
    [Fact]
    public void No_two_messages_of_a_package_have_the_same_event_id()
    {
        var messages = RepositoryFiles.List("src", ".cs")
            .SelectMany(static file => Ids().Matches(RepositoryFiles.Read(file))
                .Select(id => (Package: file.Split('/')[1], Id: id.Groups["id"].Value)))
            .ToList();
        Assert.True(messages.Count > 70);
        Assert.Empty(messages
            .GroupBy(static message => message)
            .Where(static group => group.Count() > 1)
            .Select(static group => group.Key));
    }

    [GeneratedRegex(@"\[LoggerMessage\(\s*(EventId = )?(?<id>\d+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Ids();
}
